//! The chunks of a file, found by walking from one to the next.

use crate::bytes::Bytes;
use crate::{ReadError, SourceFormat};

const HEAD_BYTES: u64 = 15;
/// Files have about thirty.
const MAX_CHUNKS: usize = 4_096;

/// One named part of the file.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    name: &'a [u8],
    pub(super) content: &'a [u8],
}

/// All chunks, in the order of the file.
pub(super) struct Chunks<'a> {
    source: SourceFormat,
    list: Vec<Chunk<'a>>,
}

impl<'a> Chunks<'a> {
    pub(super) fn walk(file: &'a [u8]) -> Result<Self, ReadError> {
        let (source, format) = match file.get(4..7) {
            Some(b"FDS") => (SourceFormat::TopconFds, "Topcon .fds"),
            _ => (SourceFormat::TopconFda, "Topcon .fda"),
        };
        let bytes = Bytes::little(format, file);
        let mut list = Vec::new();
        let mut offset = HEAD_BYTES;
        loop {
            let what = "the list of chunks";
            let name_bytes = u64::from(bytes.u8(offset, what)?);
            if name_bytes == 0 {
                return Ok(Self { source, list });
            }
            let name = bytes.slice(offset + 1, name_bytes, what)?;
            if !name.starts_with(b"@") || list.len() == MAX_CHUNKS {
                let found = "no chunk starts where one is due";
                return Err(ReadError::damaged(format, offset, found));
            }
            let length = u64::from(bytes.u32(offset + 1 + name_bytes, what)?);
            offset += 5 + name_bytes;
            let content = bytes.slice(offset, length, "a chunk")?;
            list.push(Chunk { name, content });
            offset += length;
        }
    }

    pub(super) fn source(&self) -> SourceFormat {
        self.source
    }

    /// Name of the format in errors.
    pub(super) fn format(&self) -> &'static str {
        match self.source {
            SourceFormat::TopconFds => "Topcon .fds",
            _ => "Topcon .fda",
        }
    }

    /// The first chunk called `name`.
    pub(super) fn get(&self, name: &'static str) -> Option<&'a [u8]> {
        self.all(name).next()
    }

    /// The chunks called `name`.
    pub(super) fn all(&self, name: &'static str) -> impl Iterator<Item = &'a [u8]> {
        let named = self
            .list
            .iter()
            .filter(|chunk| chunk.name == name.as_bytes());
        named.map(|chunk| chunk.content)
    }

    /// Reads inside one chunk.
    pub(super) fn bytes(&self, content: &'a [u8]) -> Bytes<'a> {
        Bytes::little(self.format(), content)
    }

    /// The chunk `name` contradicts itself or the others.
    pub(super) fn damaged(&self, name: &'static str, what: impl Into<String>) -> ReadError {
        ReadError::field(self.format(), name, what)
    }
}
