//! Runs the program without a window, in folders of its own.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// What a run gave.
pub(crate) struct Outcome {
    pub code: Option<i32>,
    pub output: String,
    pub errors: String,
    /// Names of the files in the output folder.
    pub left_behind: Vec<String>,
    /// Whether there is a local store now.
    pub has_store: bool,
}

/// Runs `fovea` with the arguments that `arguments` makes from an input and an output folder.
pub(crate) fn run(arguments: impl FnOnce(&Path, &Path) -> Vec<OsString>) -> Outcome {
    run_in(arguments).1
}

/// As [`run`], with the folder, which ends with what is given.
pub(crate) fn run_in(
    arguments: impl FnOnce(&Path, &Path) -> Vec<OsString>,
) -> (tempfile::TempDir, Outcome) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let out = dir.path().join("out");
    std::fs::create_dir(&out).expect("the folder is writable");
    let passphrase = dir.path().join("passphrase");
    std::fs::write(&passphrase, "a passphrase for one test\n").expect("the folder is writable");
    let arguments = arguments(dir.path(), &out);
    let outcome = again(&dir, arguments);
    (dir, outcome)
}

/// Runs `fovea` once more on the same folder.
pub(crate) fn again(dir: &tempfile::TempDir, arguments: Vec<OsString>) -> Outcome {
    let done = Command::new(env!("CARGO_BIN_EXE_fovea"))
        .args(arguments)
        .env("HOME", dir.path())
        .env("FOVEA_DATA_DIR", dir.path().join("store"))
        .env("FOVEA_PASSPHRASE_FILE", dir.path().join("passphrase"))
        // No display, no session bus: whatever needs one must fail here.
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .output()
        .expect("fovea starts");
    let mut left_behind: Vec<String> = std::fs::read_dir(dir.path().join("out"))
        .expect("the folder is readable")
        .map(|entry| {
            entry
                .expect("the folder is readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    left_behind.sort();
    Outcome {
        code: done.status.code(),
        output: String::from_utf8_lossy(&done.stdout).into_owned(),
        errors: String::from_utf8_lossy(&done.stderr).into_owned(),
        left_behind,
        has_store: dir.path().join("store").exists(),
    }
}
