//! Where the window was when it was last closed.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tauri::Window;

/// Logical size of the window on its first start.
const FIRST_SIZE: (f64, f64) = (1440.0, 900.0);

/// Smallest logical size in which every panel still has room.
pub(crate) const SIZE_MIN: (f64, f64) = (960.0, 600.0);

/// Place and size in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WindowState {
    /// Inner width.
    pub(crate) width: f64,
    /// Inner height.
    pub(crate) height: f64,
    /// Upper left corner of the frame, if it is known.
    pub(crate) position: Option<(f64, f64)>,
    /// Whether the window filled the screen.
    pub(crate) is_maximized: bool,
}

impl Default for WindowState {
    fn default() -> Self {
        Self {
            width: FIRST_SIZE.0,
            height: FIRST_SIZE.1,
            position: None,
            is_maximized: false,
        }
    }
}

impl WindowState {
    /// The state that was saved in `data_dir`. A missing or damaged file counts as the first start.
    pub(crate) fn load(data_dir: &Path) -> Self {
        let saved: Option<Self> = std::fs::read(path(data_dir))
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok());
        saved.unwrap_or_default().at_least(SIZE_MIN)
    }

    /// Fits into a screen of this logical size and position; a window on a screen that is gone returns.
    pub(crate) fn fit(mut self, screens: &[Screen]) -> Self {
        let Some(largest) = screens.iter().max_by(|a, b| a.area().total_cmp(&b.area())) else {
            return self;
        };
        self.width = self.width.min(largest.width);
        self.height = self.height.min(largest.height);
        self.position = self
            .position
            .filter(|&at| screens.iter().any(|screen| screen.shows(at)));
        self
    }

    /// Reads place and size from the window.
    pub(crate) fn of_window(window: &Window) -> tauri::Result<Self> {
        let scale = window.scale_factor()?;
        let size = window.inner_size()?.to_logical::<f64>(scale);
        let position = window.outer_position()?.to_logical::<f64>(scale);
        Ok(Self {
            width: size.width,
            height: size.height,
            position: Some((position.x, position.y)),
            is_maximized: window.is_maximized()?,
        })
    }

    /// Saves the state in `data_dir`. Losing it is no harm.
    pub(crate) fn save(&self, data_dir: &Path) {
        let saved = serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::other)
            .and_then(|bytes| std::fs::write(path(data_dir), bytes));
        if let Err(error) = saved {
            tracing::warn!(%error, "the place of the window could not be saved");
        }
    }

    fn at_least(mut self, (width, height): (f64, f64)) -> Self {
        self.width = self.width.max(width);
        self.height = self.height.max(height);
        self
    }
}

/// A screen in logical pixels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Left edge.
    pub(crate) x: f64,
    /// Upper edge.
    pub(crate) y: f64,
    /// Width.
    pub(crate) width: f64,
    /// Height.
    pub(crate) height: f64,
}

impl Screen {
    fn area(&self) -> f64 {
        self.width * self.height
    }

    fn shows(&self, (x, y): (f64, f64)) -> bool {
        (self.x..self.x + self.width).contains(&x) && (self.y..self.y + self.height).contains(&y)
    }
}

fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("window.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn state_survives_a_restart_and_damage_means_first_start() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(WindowState::load(dir.path()), WindowState::default());
        let state = WindowState {
            width: 1000.0,
            height: 700.0,
            position: Some((5.0, 6.0)),
            is_maximized: true,
        };
        state.save(dir.path());
        assert_eq!(WindowState::load(dir.path()), state);
        std::fs::write(path(dir.path()), b"{").expect("written");
        assert_eq!(WindowState::load(dir.path()), WindowState::default());
    }

    #[test]
    fn a_window_fits_its_screens() {
        let screens = [
            Screen {
                x: 0.0,
                y: 0.0,
                width: 1280.0,
                height: 720.0,
            },
            Screen {
                x: 1280.0,
                y: 0.0,
                width: 1000.0,
                height: 600.0,
            },
        ];
        let state = WindowState {
            position: Some((1300.0, 10.0)),
            ..WindowState::default()
        };
        assert_eq!(
            state.fit(&screens),
            WindowState {
                width: 1280.0,
                height: 720.0,
                ..state
            }
        );
        assert_eq!(state.fit(&screens[..1]).position, None);
        assert_eq!(state.fit(&[]), state);
    }
}
