//! The parts of uploads on disk, encrypted with the key of the object store.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use crate::objects::KeyRing;

/// Why a part could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SpoolError {
    /// The disk.
    #[error("the upload could not be kept on disk: {0}; check free space and permissions")]
    Io(#[from] io::Error),
    /// What lies there is not what was written.
    #[error("a part of the upload is damaged on disk; begin it again")]
    Damaged,
}

/// The folder of all uploads; clones share it.
#[derive(Clone)]
pub(crate) struct Spool {
    folder: Arc<PathBuf>,
    ring: KeyRing,
    busy: Arc<Mutex<HashSet<Uuid>>>,
}

impl Spool {
    /// The spool in `folder`, which is made when it is missing.
    pub(crate) fn open(folder: PathBuf, ring: KeyRing) -> io::Result<Self> {
        fs::create_dir_all(&folder)?;
        Ok(Self {
            folder: Arc::new(folder),
            ring,
            busy: Arc::default(),
        })
    }

    /// Takes an upload for one request; `None` while another has it.
    pub(crate) fn turn(&self, upload_id: Uuid) -> Option<Turn> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        busy.insert(upload_id).then(|| Turn {
            spool: self.clone(),
            upload_id,
        })
    }

    /// Removes all parts of an upload.
    pub(crate) fn remove(&self, upload_id: Uuid) -> io::Result<()> {
        match fs::remove_dir_all(self.path(upload_id)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }

    /// Uploads that have parts.
    pub(crate) fn list(&self) -> io::Result<Vec<Uuid>> {
        let names = fs::read_dir(&*self.folder)?;
        let ids = names.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        Ok(ids.collect())
    }

    fn path(&self, upload_id: Uuid) -> PathBuf {
        self.folder.join(upload_id.to_string())
    }
}

/// One upload in the hands of one request.
pub(crate) struct Turn {
    spool: Spool,
    upload_id: Uuid,
}

impl Turn {
    /// Begins the part at `offset`. Dropped without [`Part::keep`] it leaves nothing.
    pub(crate) fn part(&self, offset: u64) -> Result<Part, SpoolError> {
        let folder = self.spool.path(self.upload_id);
        fs::create_dir_all(&folder)?;
        let partial = folder.join("partial");
        let output = self.spool.ring.sealer(File::create(&partial)?)?;
        Ok(Part {
            output: Some(output),
            bytes: 0,
            whole: folder.join(part_name(offset)),
            partial,
        })
    }

    /// The content of the upload: parts of `length` bytes together.
    pub(crate) fn content(&self, length: u64) -> Result<Vec<u8>, SpoolError> {
        let mut content = Vec::new();
        while (content.len() as u64) < length {
            let before = content.len();
            let part = self
                .spool
                .path(self.upload_id)
                .join(part_name(before as u64));
            self.decrypt(&part, &mut content)?;
            if content.len() == before || content.len() as u64 > length {
                return Err(SpoolError::Damaged);
            }
        }
        Ok(content)
    }

    fn decrypt(&self, part: &Path, content: &mut Vec<u8>) -> Result<(), SpoolError> {
        let part = io::BufReader::new(File::open(part)?);
        let reader = self.spool.ring.opener(part);
        let mut reader = reader.ok_or(SpoolError::Damaged)?;
        match reader.read_to_end(content) {
            Ok(_) => Ok(()),
            Err(_) => Err(SpoolError::Damaged),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut busy = self
            .spool
            .busy
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        busy.remove(&self.upload_id);
    }
}

/// A part that is being written.
pub(crate) struct Part {
    output: Option<age::stream::StreamWriter<File>>,
    bytes: u64,
    partial: PathBuf,
    whole: PathBuf,
}

impl Part {
    /// Adds bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), SpoolError> {
        if let Some(output) = &mut self.output {
            output.write_all(bytes)?;
            self.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    /// Makes the part durable under its name and says how many bytes it has. A part of nothing is not kept.
    pub(crate) fn keep(mut self) -> Result<u64, SpoolError> {
        let Some(output) = self.output.take().filter(|_| self.bytes > 0) else {
            return Ok(0);
        };
        output.finish()?.sync_all()?;
        fs::rename(&self.partial, &self.whole)?;
        if let Some(folder) = self.whole.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.bytes)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After `keep` there is no file of this name; else what is left is worth nothing.
        let _ = fs::remove_file(&self.partial);
    }
}

fn part_name(offset: u64) -> String {
    format!("{offset:020}.age")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool() -> (tempfile::TempDir, Spool) {
        let folder = tempfile::tempdir().expect("a folder");
        let spool = Spool::open(folder.path().join("uploads"), KeyRing::generate());
        (folder, spool.expect("opens"))
    }

    fn write(turn: &Turn, offset: u64, bytes: &[u8]) -> u64 {
        let mut part = turn.part(offset).expect("begins");
        part.write(bytes).expect("writes");
        part.keep().expect("keeps")
    }

    #[test]
    fn parts_come_back_as_one_and_are_not_readable_on_disk() {
        let (folder, spool) = spool();
        let id = Uuid::new_v4();
        let turn = spool.turn(id).expect("is free");
        assert_eq!(write(&turn, 0, b"PATIENT "), 8);
        assert_eq!(write(&turn, 8, b"NAME"), 4);
        assert_eq!(turn.content(12).expect("reads"), b"PATIENT NAME");
        for part in [part_name(0), part_name(8)] {
            let path = folder
                .path()
                .join("uploads")
                .join(id.to_string())
                .join(part);
            let raw = fs::read(path).expect("is there");
            assert!(
                !raw.windows(4)
                    .any(|window| window == b"NAME" || window == b"PATI")
            );
        }
    }

    #[test]
    fn a_part_that_is_dropped_leaves_nothing() {
        let (_folder, spool) = spool();
        let turn = spool.turn(Uuid::new_v4()).expect("is free");
        let mut part = turn.part(0).expect("begins");
        part.write(b"half").expect("writes");
        drop(part);
        assert!(matches!(turn.content(4), Err(SpoolError::Io(_))));
    }

    #[test]
    fn damage_and_missing_parts_are_told_apart_from_content() {
        let (folder, spool) = spool();
        let id = Uuid::new_v4();
        let turn = spool.turn(id).expect("is free");
        write(&turn, 0, b"0123456789");
        assert!(matches!(turn.content(8), Err(SpoolError::Damaged)));
        assert!(matches!(turn.content(12), Err(SpoolError::Io(_))));
        let path = folder
            .path()
            .join("uploads")
            .join(id.to_string())
            .join(part_name(0));
        let mut raw = fs::read(&path).expect("is there");
        *raw.last_mut().expect("not empty") ^= 1;
        fs::write(&path, raw).expect("writes");
        assert!(matches!(turn.content(10), Err(SpoolError::Damaged)));
    }

    #[test]
    fn one_request_at_a_time_has_an_upload() {
        let (_folder, spool) = spool();
        let id = Uuid::new_v4();
        let turn = spool.turn(id).expect("is free");
        assert!(spool.turn(id).is_none());
        drop(turn);
        assert!(spool.turn(id).is_some());
    }
}
