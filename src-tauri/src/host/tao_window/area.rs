//! The whole window as the drawing area.

use anyhow::Context as _;
use egui::CursorIcon;
use raw_window_handle::{HasDisplayHandle as _, HasWindowHandle as _};
use tauri::Window;
use tauri_runtime_wry::tao::event::WindowEvent;

use super::cursor;
use crate::host::Wake;
use crate::host::input::{AreaSize, SharedInput};
use crate::host::paint::NativeTarget;
use crate::host::tao_input::Translator;

/// The window, its input and its pointer shape.
pub(crate) struct Area {
    window: Window,
    input: SharedInput,
    wake: Wake,
    translator: Translator,
    cursor: CursorIcon,
}

impl Area {
    /// Takes the window as it is.
    pub(crate) fn attach(
        window: &Window,
        input: &SharedInput,
        wake: &Wake,
    ) -> anyhow::Result<Self> {
        let area = Self {
            window: window.clone(),
            input: input.clone(),
            wake: wake.clone(),
            translator: Translator::default(),
            cursor: CursorIcon::Default,
        };
        area.note_size()?;
        Ok(area)
    }

    /// What a graphics surface needs.
    pub(crate) fn target(&self) -> anyhow::Result<NativeTarget> {
        Ok(NativeTarget {
            display: self
                .window
                .display_handle()
                .context("the window has no display")?
                .as_raw(),
            window: self
                .window
                .window_handle()
                .context("the window has no handle")?
                .as_raw(),
        })
    }

    /// Takes an event of the loop.
    pub(crate) fn on_event(&mut self, event: &WindowEvent<'_>) {
        if matches!(
            event,
            WindowEvent::Resized(_) | WindowEvent::ScaleFactorChanged { .. }
        ) && let Err(error) = self.note_size()
        {
            tracing::warn!(%error, "the size of the window is not known");
        }
        self.translator
            .translate(event, &mut self.input.borrow_mut());
        self.wake.frame();
    }

    /// Shows another pointer, if it is another one.
    pub(crate) fn set_cursor(&mut self, icon: CursorIcon) {
        if self.cursor == icon {
            return;
        }
        self.cursor = icon;
        let shown = icon != CursorIcon::None;
        let done = self
            .window
            .set_cursor_visible(shown)
            .and_then(|()| self.window.set_cursor_icon(cursor::tauri_icon(icon)));
        if let Err(error) = done {
            tracing::warn!(%error, "the pointer shape did not change");
        }
    }

    /// The system places its own candidate window.
    pub(crate) fn set_text_input(
        &self,
        _text_cursor: Option<egui::Rect>,
        _logical_px_per_point: f32,
    ) {
    }

    /// Outer and inner rectangle on the screen in device pixels: `[x0, y0, x1, y1]` each.
    pub(crate) fn bounds_on_screen_px(&self) -> ([f64; 4], [f64; 4]) {
        ([0.0; 4], [0.0; 4])
    }

    /// Brings the window to the front.
    pub(crate) fn present(&self) {
        let _ = self.window.unminimize();
        let _ = self.window.set_focus();
    }

    /// Here the window system's pixels are device pixels, and its scale is the user's enlargement.
    fn note_size(&self) -> tauri::Result<()> {
        let size = self.window.inner_size()?;
        let text_scale = self.window.scale_factor()? as f32;
        self.input.borrow_mut().set_size(AreaSize {
            width: size.width,
            height: size.height,
            scale: 1,
            text_scale,
        });
        Ok(())
    }
}
