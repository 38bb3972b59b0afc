//! The one window of this process, reachable from the event loop's callbacks on the main thread.
//!
//! A frame may open dialogs, set the title or quit; such wishes are carried out after the frame, when the window is
//! no longer borrowed, because the window system may call back at once.

use std::cell::RefCell;

use super::Host;

thread_local! {
    static HOST: RefCell<Option<Host>> = const { RefCell::new(None) };
}

/// Makes `host` the window of this process.
pub(crate) fn set(host: Host) {
    HOST.with(|current| *current.borrow_mut() = Some(host));
}

/// Draws one frame.
pub(crate) fn frame() {
    with(Host::frame);
}

/// The window's close button was pressed.
pub(crate) fn ask_to_close() {
    with(Host::ask_to_close);
}

/// The loop has an event for the window.
#[cfg(not(target_os = "linux"))]
pub(crate) fn window_event(event: &tauri_runtime_wry::tao::event::WindowEvent<'_>) {
    with(|host| host.window_event(event));
}

/// Remembers where the window is for the next start.
pub(crate) fn save_window_state() {
    with(|host| host.save_window_state());
}

/// The loop has ended: everything that belongs to the window is dropped while its native window still exists.
pub(crate) fn end() {
    let host = HOST.with(|current| {
        current
            .try_borrow_mut()
            .ok()
            .and_then(|mut current| current.take())
    });
    if let Some(host) = host {
        host.end();
    }
}

fn with(act: impl FnOnce(&mut Host)) {
    let wishes = HOST.with(|current| {
        // A nested call, from a dialog that runs its own loop inside a frame, waits for the next one.
        let mut current = current.try_borrow_mut().ok()?;
        let host = current.as_mut()?;
        act(host);
        Some((host.desktop(), host.take_wishes()))
    });
    if let Some((desktop, wishes)) = wishes {
        for wish in wishes {
            desktop.carry_out(wish);
        }
    }
}
