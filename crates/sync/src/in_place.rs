//! Putting a file that was written beside its place into it, so that it is there after a crash as well.

use std::io;
use std::path::Path;

/// Renames `staged`, whose content is on the disk, to `path` in the same folder, and waits until the folder says so on
/// the disk: without that the rename itself may be lost, and with it a file that a person was told is saved.
pub(crate) fn put_in_place(staged: &Path, path: &Path) -> io::Result<()> {
    std::fs::rename(staged, path)?;
    sync_folder_of(path)
}

#[cfg(unix)]
fn sync_folder_of(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Elsewhere a folder cannot be opened as a file; the system writes renames in order.
#[cfg(not(unix))]
fn sync_folder_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_staged_file_takes_the_place_of_what_was_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let (staged, path) = (
            folder.path().join("file.partial"),
            folder.path().join("file"),
        );
        std::fs::write(&path, "old").expect("writes");
        std::fs::write(&staged, "new").expect("writes");
        put_in_place(&staged, &path).expect("is put there");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "new");
        assert!(!staged.exists());
        assert!(put_in_place(&staged, &path).is_err(), "nothing is staged");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "new");
    }
}
