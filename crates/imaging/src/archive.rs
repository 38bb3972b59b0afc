//! Zip archives from strangers: what is inside is read by name within a budget, and no name is ever used for writing.

use std::borrow::Cow;
use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::{Budget, ReadError};

/// Deflate cannot do better than 1032 : 1.
const RATIO_MAX: u64 = 1_032;

/// An archive of known length.
pub(crate) struct Archive<R> {
    zip: ZipArchive<R>,
    format: &'static str,
    length: u64,
}

impl<R: Read + Seek> Archive<R> {
    /// Reads the directory of an archive of `length` bytes.
    pub(crate) fn open(
        format: &'static str,
        reader: R,
        length: u64,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        budget.file(length)?;
        let zip = ZipArchive::new(reader).map_err(|_| {
            // The directory is at the end, so a cut-off archive has none.
            ReadError::truncated(format, length, "the directory of the archive")
        })?;
        Ok(Self {
            zip,
            format,
            length,
        })
    }

    /// Names of all parts.
    pub(crate) fn names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        // A name that is no text is the name of no part that a format knows.
        self.zip.file_names().map(Result::unwrap_or_default)
    }

    /// Whole content of the part called `name`, of at most `limit_bytes`; `None` when there is none.
    pub(crate) fn read(
        &mut self,
        name: &str,
        limit_bytes: u64,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let (format, length) = (self.format, self.length);
        let damaged = || ReadError::field(format, name, "the part cannot be unpacked");
        let mut part = match self.zip.by_name(name) {
            Ok(part) => part,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_)) => {
                return Err(ReadError::Unsupported {
                    format,
                    feature: format!("the part {name} encrypted or packed in a rare way"),
                    advice: "save it again without a password, with deflate or no compression",
                });
            }
            Err(_) => return Err(damaged()),
        };
        let declared = part.size();
        if declared > limit_bytes {
            return Err(ReadError::over(
                &format!("The part {name} of the {format} file"),
                format!("{declared} bytes"),
                format!("{limit_bytes} bytes"),
            ));
        }
        if part.compressed_size() > length || declared / RATIO_MAX > part.compressed_size() {
            return Err(ReadError::field(
                format,
                name,
                "its sizes contradict each other",
            ));
        }
        let mut content = Vec::with_capacity(declared as usize);
        (&mut part)
            .take(declared + 1)
            .read_to_end(&mut content)
            .map_err(|_| damaged())?;
        if content.len() as u64 != declared {
            return Err(ReadError::field(
                format,
                name,
                "it is not as long as declared",
            ));
        }
        Ok(Some(content))
    }

    /// As [`Archive::read`], for a part that must be there.
    pub(crate) fn require(&mut self, name: &str, limit_bytes: u64) -> Result<Vec<u8>, ReadError> {
        self.read(name, limit_bytes)?
            .ok_or_else(|| ReadError::field(self.format, name, "the part is missing"))
    }
}
