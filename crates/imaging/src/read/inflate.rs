//! Unpacking of gzip and zlib data whose length is known beforehand.

use std::io::{self, ErrorKind, Read};

use crate::ReadError;

/// No deflate stream holds more than this for each of its bytes.
const DENSEST: u64 = 1_032;

/// Unpacks `length` bytes after the first `skip` of a stream of `packed_bytes`; `what` names them in an error.
///
/// What the packed bytes could never give is refused before anything is allocated. Where the stream ends soon, its checksum is
/// held against what was unpacked.
pub(crate) fn inflate(
    mut stream: impl Read,
    packed_bytes: u64,
    skip: u64,
    length: u64,
    format: &'static str,
    what: &str,
) -> Result<Vec<u8>, ReadError> {
    let needed = skip.checked_add(length);
    if needed.is_none_or(|needed| needed / DENSEST > packed_bytes) {
        return Err(ReadError::truncated(format, packed_bytes, what));
    }
    let fault = |error: io::Error| explain(&error, packed_bytes, format, what);
    let skipped = io::copy(&mut stream.by_ref().take(skip), &mut io::sink()).map_err(fault)?;
    // Grows as data comes: a stream may end long before what its header promises.
    let mut unpacked = Vec::with_capacity(length.min(4 * packed_bytes) as usize);
    stream
        .by_ref()
        .take(length)
        .read_to_end(&mut unpacked)
        .map_err(fault)?;
    if skipped < skip || (unpacked.len() as u64) < length {
        return Err(ReadError::truncated(format, packed_bytes, what));
    }
    // On to the checksum, for damage may have moved the end as well.
    let behind = length.saturating_add(1 << 20);
    io::copy(&mut stream.take(behind), &mut io::sink()).map_err(fault)?;
    Ok(unpacked)
}

/// The fault of a stream that does not unpack.
pub(crate) fn explain(
    error: &io::Error,
    packed_bytes: u64,
    format: &'static str,
    what: &str,
) -> ReadError {
    match error.kind() {
        ErrorKind::UnexpectedEof => ReadError::truncated(format, packed_bytes, what),
        _ => ReadError::field(format, what, "its compressed bytes do not unpack"),
    }
}
