//! Progress on standard error: one line that is overwritten on a terminal, silence in a file or pipe.

use std::io::{IsTerminal as _, Write as _, stderr};

/// Counts steps of one activity.
pub(super) struct Progress {
    what: &'static str,
    done: usize,
    of: usize,
    is_shown: bool,
}

impl Progress {
    pub(super) fn new(what: &'static str, of: usize) -> Self {
        let progress = Self {
            what,
            done: 0,
            of,
            is_shown: of > 1 && stderr().is_terminal(),
        };
        progress.show();
        progress
    }

    pub(super) fn step(&mut self) {
        self.done += 1;
        self.show();
    }

    fn show(&self) {
        if self.is_shown {
            // Progress that cannot be shown is no reason to stop.
            let _ = write!(stderr(), "\r{}: {} of {}", self.what, self.done, self.of);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = writeln!(stderr());
        }
    }
}
