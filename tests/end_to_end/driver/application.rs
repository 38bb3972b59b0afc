//! The desktop program on a desk.

use std::path::PathBuf;
use std::time::Duration;

use super::desk::Desk;
use super::process::Process;

/// How to start it. The folders outlive each start, as a person's would.
pub(crate) struct Settings {
    /// Its data.
    pub data: PathBuf,
    /// The server's URL, and the file with the token for it; without them somebody signs in in the window.
    pub server: Option<(String, PathBuf)>,
    /// Load the sample case as well.
    pub sample: bool,
}

/// A running desktop program.
pub(crate) struct Application {
    process: Process,
    frames: PathBuf,
}

impl Application {
    /// Starts the program; it may take a moment to show something.
    pub(crate) fn start(desk: &Desk, settings: &Settings) -> Self {
        let dir = desk.dir();
        let passphrase = dir.join("passphrase");
        if !passphrase.exists() {
            std::fs::write(&passphrase, "a passphrase for one test\n")
                .expect("the folder is writable");
        }
        let frames = dir.join("frames.log");
        let _ = std::fs::remove_file(&frames);
        let mut command = desk.command(env!("CARGO_BIN_EXE_fovea"));
        command
            .arg("--data-dir")
            .arg(&settings.data)
            .env("FOVEA_PASSPHRASE_FILE", &passphrase)
            .env("FOVEA_FRAME_LOG", &frames);
        if let Some((url, token)) = &settings.server {
            command
                .args(["--server", url])
                .env("FOVEA_TOKEN_FILE", token);
        }
        if settings.sample {
            command.arg("--sample");
        }
        Self {
            process: Process::start("fovea", command, dir),
            frames,
        }
    }

    /// How many frames it has painted since it started.
    pub(crate) fn frames_painted(&self) -> usize {
        std::fs::read_to_string(&self.frames)
            .unwrap_or_default()
            .lines()
            .count()
    }

    /// Panics with its last words when it is gone.
    pub(crate) fn must_be_running(&mut self) {
        if let Some(status) = self.process.ended() {
            panic!("fovea ended ({status}): {}", self.process.last_words());
        }
    }

    /// `kill -9`.
    pub(crate) fn kill(mut self) {
        self.must_be_running();
        self.process.kill();
    }

    /// SIGTERM: the session is closing down.
    pub(crate) fn terminate(&mut self) {
        self.process.terminate();
        super::wait::until("the application to end", Duration::from_secs(20), || {
            self.process.ended()
        });
    }
}
