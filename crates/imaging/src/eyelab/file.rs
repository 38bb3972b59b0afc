//! The parts of a `.eye` file.

use std::io::Cursor;

use serde::de::DeserializeOwned;

use super::FORMAT;
use crate::archive::Archive;
use crate::{Budget, ReadError, json};

/// Room for the header of an array beside its elements.
const HEADER_BYTES_MAX: u64 = 1 << 17;
/// Scales and places of 20,000 B-scans take a tenth of that.
const JSON_BYTES_MAX: u64 = 1 << 26;

pub(crate) struct EyeFile<'a> {
    archive: Archive<Cursor<&'a [u8]>>,
    pub(crate) budget: Budget,
}

impl<'a> EyeFile<'a> {
    pub(crate) fn open(bytes: &'a [u8], budget: &Budget) -> Result<Self, ReadError> {
        let length = bytes.len() as u64;
        Ok(Self {
            archive: Archive::open(FORMAT, Cursor::new(bytes), length, budget)?,
            budget: *budget,
        })
    }

    /// Content of an array, which must be there.
    pub(crate) fn array(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        self.archive.require(
            name,
            self.budget
                .max_decoded_bytes
                .saturating_add(HEADER_BYTES_MAX),
        )
    }

    /// Content of an array or of packed bits, where there is one.
    pub(crate) fn optional_array(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        self.archive.read(
            name,
            self.budget
                .max_decoded_bytes
                .saturating_add(HEADER_BYTES_MAX),
        )
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, ReadError> {
        let content = self.archive.require(name, JSON_BYTES_MAX)?;
        json::parse(FORMAT, &content).map_err(|error| error.in_file(name))
    }

    /// How many parts have a name that starts and ends like this.
    pub(crate) fn count(&self, start: &str, end: &str) -> usize {
        let names = self.archive.names();
        names
            .filter(|name| name.starts_with(start) && name.ends_with(end))
            .count()
    }
}
