//! The window's inside on Linux: a GTK drawing area with an X window of its own, and its signals.
//!
//! Painting on GTK's top-level window does not work (GTK paints its background over it), and the event loop's own
//! pointer and wheel events lose most of what a pen does. So the area below the menu bar gets its own X window for
//! the graphics surface, and every input comes from GDK signals on that area.

mod a11y;
mod area;
mod cursor;
mod drop_target;
mod ime;
mod keyboard;
mod keymap;
mod pointer;
mod signals;
mod style;
mod touch;

pub(crate) use a11y::Accessibility;
pub(crate) use area::Area;
pub(crate) use signals::on_end_signal;

/// Chooses GDK's backend; must run before GTK starts.
///
/// X11 (or XWayland) is the one that the drawing area was built for. [`BACKEND_ENV`] overrules it for diagnosis.
pub(crate) fn choose_backend() {
    let chosen = std::env::var(BACKEND_ENV).unwrap_or_else(|_| "x11".to_owned());
    gtk::gdk::set_allowed_backends(&chosen);
}

/// Names another GDK backend than `x11`.
pub(crate) const BACKEND_ENV: &str = "FOVEA_GDK_BACKEND";

/// Starts GTK, or says why there can be no window.
pub(crate) fn start_toolkit() -> anyhow::Result<()> {
    gtk::init().map_err(|_| {
        anyhow::anyhow!(
            "No display was found, so Fovea cannot open its window: start it from a desktop session, \
             or use its commands without a window (fovea --help)."
        )
    })
}

/// Input that a frame waits for, at most; more comes with the next one.
const EVENTS_BEFORE_FRAME_MAX: usize = 512;

/// Lets GTK deliver the input that has arrived, so that one frame shows all of it.
///
/// The event loop delivers only a few events between two frames. On a slow machine the picture would otherwise fall
/// further behind the hand with every frame.
pub(crate) fn take_arrived_input() {
    for _ in 0..EVENTS_BEFORE_FRAME_MAX {
        if !gtk::events_pending() {
            return;
        }
        gtk::main_iteration_do(false);
    }
}
