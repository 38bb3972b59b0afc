//! Data elements: a tag of type and length, then data (*MAT-File Format*, "Data Element Format").

use std::io::Read;

use flate2::read::ZlibDecoder;

use super::FORMAT;
use crate::bytes::{ByteOrder, Bytes};
use crate::{Budget, ReadError};

/// Bytes before the first element.
pub(super) const FILE_HEADER_BYTES: u64 = 128;
/// Bytes that a file of any size may inflate to; larger ones up to [`INFLATED_PER_BYTE`] times their size.
const FREE_INFLATED_BYTES: u64 = 128 << 20;
const INFLATED_PER_BYTE: u64 = 64;

/// `miMATRIX`, an array with its name and size.
pub(super) const MATRIX: u32 = 14;
/// `miCOMPRESSED`, another element under zlib.
const COMPRESSED: u32 = 15;

/// A run of elements of one byte order.
#[derive(Clone, Copy)]
pub(super) struct Elements<'a> {
    bytes: Bytes<'a>,
    pub(super) order: ByteOrder,
    offset: u64,
}

/// One element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) kind: u32,
    pub(super) data: &'a [u8],
}

impl<'a> Elements<'a> {
    pub(super) fn new(content: &'a [u8], order: ByteOrder, offset: u64) -> Self {
        Self {
            bytes: Bytes::ordered(FORMAT, content, order),
            order,
            offset,
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.offset >= self.bytes.len()
    }

    /// The next element; up to 4 bytes of data may stand in the tag itself.
    pub(super) fn next(&mut self, what: &str) -> Result<Element<'a>, ReadError> {
        let tag = self.bytes.u32(self.offset, what)?;
        let (kind, small) = (tag & 0xffff, u64::from(tag >> 16));
        if small > 0 {
            if small > 4 {
                let found = "a short element is longer than its tag";
                return Err(ReadError::damaged(FORMAT, self.offset, found));
            }
            let data = self.bytes.slice(self.offset + 4, small, what)?;
            self.offset += 8;
            return Ok(Element { kind, data });
        }
        let length = u64::from(self.bytes.u32(self.offset + 4, what)?);
        let data = self.bytes.slice(self.offset + 8, length, what)?;
        self.offset += 8 + length;
        if kind != COMPRESSED {
            self.offset = self.offset.next_multiple_of(8);
        }
        Ok(Element { kind, data })
    }
}

/// The variables of a file, each one element, inflated where it is compressed.
pub(super) enum Variable<'a> {
    Plain(&'a [u8]),
    Inflated(Vec<u8>),
}

/// Splits the file into its variables. The header is skipped: it says when and where the file was made.
pub(super) fn variables<'a>(
    file: &'a [u8],
    order: ByteOrder,
    budget: &Budget,
) -> Result<Vec<Variable<'a>>, ReadError> {
    let file_bytes = file.len() as u64;
    let plausible = FREE_INFLATED_BYTES.max(file_bytes.saturating_mul(INFLATED_PER_BYTE));
    let mut room = plausible.min(budget.max_decoded_bytes);
    let mut elements = Elements::new(file, order, FILE_HEADER_BYTES);
    let mut variables = Vec::new();
    while !elements.is_at_end() {
        let element = elements.next("a variable")?;
        match element.kind {
            MATRIX => variables.push(Variable::Plain(element.data)),
            COMPRESSED => {
                let inflated = inflate(element.data, room, budget)?;
                room -= inflated.len() as u64;
                if let Some(variable) = inflated_matrix(inflated, order)? {
                    variables.push(variable);
                }
            }
            _ => {}
        }
    }
    Ok(variables)
}

fn inflate(data: &[u8], room: u64, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    let mut inflated = Vec::new();
    let mut decoder = ZlibDecoder::new(data).take(room + 1);
    if decoder.read_to_end(&mut inflated).is_err() {
        return Err(ReadError::field(
            FORMAT,
            "a compressed variable",
            "it does not inflate",
        ));
    }
    match inflated.len() as u64 > room {
        false => Ok(inflated),
        true if room >= budget.max_decoded_bytes => {
            let bytes = inflated.len() as u64;
            Err(budget
                .decoded("The Matlab file", Some(bytes))
                .err()
                .unwrap_or_else(too_dense))
        }
        true => Err(too_dense()),
    }
}

fn too_dense() -> ReadError {
    ReadError::field(
        FORMAT,
        "its compressed variables",
        "they inflate to more than a scan of this size could need",
    )
}

/// The content of the matrix that a compressed element holds; other kinds hold no array.
fn inflated_matrix<'a>(
    mut inflated: Vec<u8>,
    order: ByteOrder,
) -> Result<Option<Variable<'a>>, ReadError> {
    let mut elements = Elements::new(&inflated, order, 0);
    let element = elements.next("a compressed variable")?;
    if element.kind != MATRIX {
        return Ok(None);
    }
    let length = element.data.len();
    inflated.drain(..inflated.len().min(8));
    inflated.truncate(length);
    Ok(Some(Variable::Inflated(inflated)))
}

impl Variable<'_> {
    pub(super) fn content(&self) -> &[u8] {
        match self {
            Self::Plain(content) => content,
            Self::Inflated(content) => content,
        }
    }
}
