//! Files that only their owner reads, and that a crash leaves whole or not at all.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Files that this process began.
static STAGED: AtomicU64 = AtomicU64::new(0);

/// Writes `bytes` to a new file at `path`, durably; what is there is left alone, and then it returns false. Of processes
/// that make a file at the same time one makes it.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    // Where there is one the folder need not be writable: it may be a mounted secret.
    if path.exists() {
        return Ok(false);
    }
    let staged = stage(path, bytes)?;
    let linked = std::fs::hard_link(&staged, path);
    std::fs::remove_file(&staged)?;
    match linked {
        Ok(()) => sync_folder_of(path).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes `bytes` to the file at `path`, durably, in place of what is there. A reader sees the old file or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let staged = stage(path, bytes)?;
    if let Err(error) = std::fs::rename(&staged, path) {
        let _ = std::fs::remove_file(&staged);
        return Err(error);
    }
    sync_folder_of(path)
}

fn stage(path: &Path, bytes: &[u8]) -> io::Result<PathBuf> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    // Another one for each writer, in this process and in others.
    let number = STAGED.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}.{number}.tmp", std::process::id()));
    let staged = path.with_file_name(name);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&staged)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // What a full disk took is given back.
        let _ = std::fs::remove_file(&staged);
        return Err(error);
    }
    Ok(staged)
}

/// The name of a new file is durable only after its folder was synced.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        let content = || std::fs::read_to_string(&path).expect("reads");
        assert!(create(&path, b"a long first text").expect("makes"));
        assert!(!create(&path, b"another").expect("leaves alone"));
        assert_eq!(content(), "a long first text");
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
        replace(&path, b"a second text").expect("replaces");
        assert_eq!(content(), "a second text");
        assert_eq!(std::fs::read_dir(folder.path()).expect("lists").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).expect("is there").permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
    }
}
