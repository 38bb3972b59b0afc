//! Heads of the chain in a file outside the database: a chain that was cut short, or replaced as a whole, no longer
//! holds the heads that were written down. Copy the file, or put it on another disk, to make that harder still.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use fovea_annotation::ContentHash;

/// The open file.
pub(crate) struct HeadsFile {
    state: Mutex<State>,
}

struct State {
    file: File,
    last_seq: u64,
}

impl HeadsFile {
    /// Opens the file for appending.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let last_seq = read_heads(path)?.last().map_or(0, |(seq, _)| *seq);
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            state: Mutex::new(State {
                file: options.open(path)?,
                last_seq,
            }),
        })
    }

    /// Writes a head down, unless a later one is there already.
    pub(crate) fn write(&self, seq: u64, hash: ContentHash) -> std::io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if seq > state.last_seq {
            // One write, so that lines of several processes do not run into each other.
            state.file.write_all(format!("{seq} {hash}\n").as_bytes())?;
            state.last_seq = seq;
        }
        Ok(())
    }
}

/// The heads of the file in order; none when there is no file. A last line cut short by a crash is left out.
pub(super) fn read_heads(path: &Path) -> std::io::Result<Vec<(u64, ContentHash)>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let parse = |line: &str| {
        line.split_once(' ')
            .and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.parse().ok()?)))
    };
    Ok(text.lines().filter_map(parse).collect())
}
