//! The window's inside on Windows and macOS: the surface is the window itself, input comes from the event loop.
//!
//! Nobody has run this yet. What is missing against Linux: input method composition, pen pressure on macOS, and
//! screen readers.

mod area;
mod cursor;

use egui::accesskit::TreeUpdate;

pub(crate) use area::Area;

use super::messages::Messages;

/// There is only one way to draw here.
pub(crate) fn choose_backend() {}

/// The window system is always there.
pub(crate) fn start_toolkit() -> anyhow::Result<()> {
    Ok(())
}

/// The loop has delivered everything already.
pub(crate) fn take_arrived_input() {}

/// The system ends a program by closing its window, which arrives as such.
pub(crate) fn on_end_signal(_end: impl Fn() + Clone + 'static) {}

/// Screen readers are not served here yet.
pub(crate) struct Accessibility;

impl Accessibility {
    /// Nothing to announce.
    pub(crate) fn new(_messages: &Messages) -> Self {
        Self
    }

    /// Nobody listens.
    pub(crate) fn update(&mut self, _tree: TreeUpdate) {}

    /// Nobody listens.
    pub(crate) fn set_focused(&mut self, _is_focused: bool) {}

    /// Nobody listens.
    pub(crate) fn set_bounds(&mut self, _bounds_px: ([f64; 4], [f64; 4])) {}
}
