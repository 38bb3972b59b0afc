//! Heads of the chain in files outside the database: a chain that was cut short, or replaced as a whole, no longer holds
//! the heads that were written down. Copy the file, or have it written to another disk as well, to make that harder still.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use fovea_audit::{SignedHead, WrittenHeads};

/// The open files.
pub(super) struct HeadsFiles {
    files: Mutex<Vec<HeadsFile>>,
}

struct HeadsFile {
    file: File,
    last_seq: u64,
}

impl HeadsFiles {
    /// Opens the files for appending. A last line that a crash has cut short is taken away.
    pub(super) fn open(paths: &[PathBuf]) -> io::Result<Self> {
        let files: io::Result<Vec<HeadsFile>> =
            paths.iter().map(|path| HeadsFile::open(path)).collect();
        Ok(Self {
            files: Mutex::new(files?),
        })
    }

    /// Writes a head down in each file, unless a later one is there already.
    pub(super) fn write(&self, head: &SignedHead) -> io::Result<()> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        // Each is tried, whatever became of the one before.
        let written: Vec<io::Result<()>> = files.iter_mut().map(|open| open.write(head)).collect();
        written.into_iter().collect()
    }
}

impl HeadsFile {
    fn open(path: &Path) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        // Several processes may write to one file; none finds the half of a line that another is writing.
        file.lock()?;
        let mut text = String::new();
        let read = file.read_to_string(&mut text);
        read.map_err(|_| io::Error::other("the heads of the audit log are no text"))?;
        let whole = text.rfind('\n').map_or(0, |at| at + 1);
        if whole < text.len() {
            file.set_len(whole as u64)?;
        }
        file.unlock()?;
        let last = WrittenHeads::parse(&text)
            .heads
            .last()
            .map_or(0, |head| head.seq);
        Ok(Self {
            file,
            last_seq: last,
        })
    }

    fn write(&mut self, head: &SignedHead) -> io::Result<()> {
        if head.seq > self.last_seq {
            self.file.lock()?;
            let written = self.file.write_all(head.to_line().as_bytes());
            self.file.unlock()?;
            written?;
            self.last_seq = head.seq;
        }
        Ok(())
    }
}

/// Puts a file with the heads of a program that did not sign them aside: beside signed ones they would look forged.
pub(crate) fn put_aside(path: &Path) -> io::Result<()> {
    match std::fs::rename(path, path.with_extension("unsigned.txt")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What the file at `path` says; nothing when there is none.
pub(crate) fn read_heads(path: &Path) -> io::Result<WrittenHeads> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(WrittenHeads::parse(&String::from_utf8_lossy(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(WrittenHeads::default()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use fovea_annotation::ContentHash;

    use super::*;

    fn head(seq: u64) -> SignedHead {
        SignedHead {
            seq,
            hash: ContentHash::of(&seq.to_le_bytes()),
            signature: [seq as u8; 64],
        }
    }

    #[test]
    fn heads_come_back_and_a_cut_line_does_no_harm() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("heads.txt");
        let copy = folder.path().join("copy.txt");
        let paths = [path.clone(), copy.clone()];
        let open = || HeadsFiles::open(&paths).expect("opens");
        let files = open();
        for seq in [1, 3, 2, 3] {
            files.write(&head(seq)).expect("writes");
        }
        let read = read_heads(&path).expect("reads");
        assert_eq!((read.heads, read.unreadable), (vec![head(1), head(3)], 0));
        drop(files);
        let whole = std::fs::read_to_string(&path).expect("reads");
        std::fs::write(&path, &whole[..whole.len() - 9]).expect("cuts");
        assert_eq!(read_heads(&path).expect("reads").heads, [head(1)]);
        open().write(&head(4)).expect("goes on");
        let read = read_heads(&path).expect("reads");
        assert_eq!((read.heads, read.unreadable), (vec![head(1), head(4)], 0));
        let copied = read_heads(&copy).expect("reads");
        assert_eq!(copied.heads, [head(1), head(3), head(4)]);
        let missing = read_heads(&folder.path().join("missing")).expect("is none");
        assert_eq!(missing.heads, []);
        std::fs::write(&path, format!("1 2\n{whole}x\n")).expect("writes");
        assert_eq!(read_heads(&path).expect("reads").unreadable, 2);
    }
}
