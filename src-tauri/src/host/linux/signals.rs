//! Ending the program from outside: `kill`, a closed terminal, Ctrl+C, the session's end.

use gtk::glib;

/// SIGHUP, SIGINT and SIGTERM by number, as POSIX fixes them.
const END_SIGNALS: [i32; 3] = [1, 2, 15];

/// Calls `end` on the main thread when the system asks the program to end.
pub(crate) fn on_end_signal(end: impl Fn() + Clone + 'static) {
    for signal in END_SIGNALS {
        let end = end.clone();
        glib::unix_signal_add_local(signal, move || {
            end();
            glib::ControlFlow::Continue
        });
    }
}
