//! Where the program tells what it does: standard error, and a file in the data folder for the window.
//!
//! Nothing that describes a person is logged: no names of imported files, no contents of their headers.

use std::fs::File;
use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Mutex;

use tracing_subscriber::fmt::writer::MakeWriterExt as _;
use tracing_subscriber::{EnvFilter, fmt};

/// Overrules what is logged, in the syntax of `tracing`'s filters.
const FILTER_ENV: &str = "FOVEA_LOG";

/// Our own crates tell what happens; libraries only when something is wrong.
const FILTER_WINDOW: &str = "warn,fovea=info,fovea_app=info,fovea_gpu=info,fovea_inference=info,fovea_local_store=info,\
                              fovea_sync=info,wgpu_hal=error,zbus=error";

const FILTER_TERMINAL: &str = "warn,wgpu_hal=error,zbus=error";

/// A log that is longer than this starts anew; the one before is kept beside it.
const FILE_BYTES_MAX: u64 = 4 << 20;

/// Logs to standard error. A command says what it did by itself, so only what is wrong is logged by default.
pub(crate) fn start_on_terminal() {
    let subscriber = fmt()
        .with_env_filter(filter(FILTER_TERMINAL))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .compact()
        .finish();
    set(subscriber);
}

/// Logs to standard error and to `logs/fovea.log` in the data folder.
pub(crate) fn start_with_file(data_dir: &Path) {
    match open_file(&data_dir.join("logs")) {
        Ok(file) => {
            let writer = std::io::stderr.and(Mutex::new(file));
            set(fmt()
                .with_env_filter(filter(FILTER_WINDOW))
                .with_ansi(false)
                .with_writer(writer)
                .finish());
        }
        Err(error) => {
            start_on_terminal();
            tracing::warn!(%error, "the log file cannot be written; logging to the terminal only");
        }
    }
    log_panics();
}

fn filter(default: &str) -> EnvFilter {
    EnvFilter::try_from_env(FILTER_ENV).unwrap_or_else(|_| EnvFilter::new(default))
}

fn set(subscriber: impl tracing::Subscriber + Send + Sync) {
    // Only fails when a logger is installed already, and then that one serves.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn open_file(folder: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("fovea.log");
    if std::fs::metadata(&path).is_ok_and(|file| file.len() > FILE_BYTES_MAX) {
        std::fs::rename(&path, folder.join("fovea.log.1"))?;
    }
    File::options().create(true).append(true).open(path)
}

/// A panic's place goes to the log; its text may quote data, so it only goes to the terminal as usual.
fn log_panics() {
    let show = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(
            place,
            thread = std::thread::current().name(),
            "a defect of the program stopped this thread"
        );
        // A file that no decoder can read is told in a sentence of its own.
        if !fovea_imaging::is_guarded() {
            show(panic);
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_starts_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let long = File::create(folder.path().join("fovea.log")).expect("made");
        long.set_len(FILE_BYTES_MAX + 1).expect("grown");
        let fresh = open_file(folder.path()).expect("opened");
        assert_eq!(fresh.metadata().expect("there").len(), 0);
        assert!(folder.path().join("fovea.log.1").exists());
    }
}
