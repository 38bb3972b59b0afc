//! What the interface needs from the workers behind it, as a port.

use fovea_editor::{Effect, Event};

/// Store, sync and inference, seen from the window's thread. Neither call may block.
pub trait Workers {
    /// Takes work. What comes of it arrives as events.
    fn run(&mut self, effect: Effect);
    /// The next report, if one has arrived.
    fn next_event(&mut self) -> Option<Event>;
}
