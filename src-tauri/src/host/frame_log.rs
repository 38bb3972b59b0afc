//! One line per painted frame, for the end-to-end test and for measuring; off unless asked for.

use std::fs::File;
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Names the file; each painted frame appends `frame,unix_ms,ui_us,paint_us,events`.
pub(crate) const FRAME_LOG_ENV: &str = "FOVEA_FRAME_LOG";

/// The log, or nothing.
pub(crate) struct FrameLog {
    file: Option<File>,
    frames: u64,
}

/// What one frame cost.
pub(crate) struct FrameCost {
    /// Time in the UI code.
    pub(crate) ui: Duration,
    /// Time from the end of the UI code until the picture was handed over.
    pub(crate) paint: Duration,
    /// Input events that the frame took.
    pub(crate) events: usize,
}

impl FrameLog {
    /// Opens the file that the environment names, if it names one.
    pub(crate) fn from_env() -> Self {
        let file = std::env::var_os(FRAME_LOG_ENV).and_then(|path| {
            File::options()
                .create(true)
                .append(true)
                .open(path)
                .inspect_err(
                    |error| tracing::warn!(%error, "the frame log cannot be opened and stays off"),
                )
                .ok()
        });
        Self { file, frames: 0 }
    }

    /// Notes one painted frame.
    pub(crate) fn note(&mut self, cost: &FrameCost) {
        self.frames += 1;
        let Some(file) = &mut self.file else { return };
        let unix_ms = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_millis());
        let (ui_us, paint_us) = (cost.ui.as_micros(), cost.paint.as_micros());
        // A full disk must not stop the window; the log is only a measurement.
        let _ = writeln!(
            file,
            "{},{unix_ms},{ui_us},{paint_us},{}",
            self.frames, cost.events
        );
    }
}
