//! A DICOM file: preamble, meta group and data set in any transfer syntax (PS3.10 section 7, PS3.5 annex A).

use std::io::Read;

use dicom_core::{Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_encoding::Codec;
use dicom_encoding::transfer_syntax::TransferSyntaxIndex;
use dicom_object::DefaultDicomObject;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;
use flate2::read::DeflateDecoder;

use super::FORMAT;
use super::attribute::name_of;
use super::data_set::DataSetReader;
use super::element::{Encoding, read_header};
use super::lookup::text_of;
use super::meta::meta_table;
use crate::bytes::{ByteOrder, Bytes};
use crate::{Budget, ReadError};

/// Offsets in errors of a deflated data set count from its start, once inflated.
const INFLATED: &str = "DICOM (inflated)";
/// Explicit VR Big Endian, retired.
const BIG_ENDIAN: &str = "1.2.840.10008.1.2.2";
const PREAMBLE_BYTES: usize = 128;
const MAGIC: &[u8] = b"DICM";
const META_GROUP: u16 = 0x0002;

/// Parses a DICOM file: the data set with its meta group, in any transfer syntax, with or without preamble and meta
/// group. Pixels stay as they are stored.
///
/// No input allocates more than about thirty times its own size (64 MiB where that is less and the data set is
/// deflated), and none is nested so deep that the stack ends. Errors name a byte offset or an attribute, never a value.
pub fn open_dicom(bytes: &[u8], budget: &Budget) -> Result<DefaultDicomObject, ReadError> {
    budget.file(bytes.len() as u64)?;
    let content = Bytes::little(FORMAT, bytes);
    let mut reader = DataSetReader::new(content, Encoding::EXPLICIT, start_of_meta(bytes));
    let meta = reader.group(META_GROUP)?;
    let (start, meta_is_missing) = (reader.at(), meta.iter().next().is_none());
    let syntax = match text_of(&meta, tags::TRANSFER_SYNTAX_UID) {
        Some(syntax) => syntax,
        None if meta_is_missing => guessed_syntax(bytes, start).to_owned(),
        None => return Err(missing(tags::TRANSFER_SYNTAX_UID)),
    };
    let data_set = match syntax.as_str() {
        uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN => {
            let inflated = inflate(bytes, start, budget)?;
            DataSetReader::new(Bytes::little(INFLATED, &inflated), Encoding::EXPLICIT, 0).whole()
        }
        BIG_ENDIAN => {
            let big = Bytes::ordered(FORMAT, bytes, ByteOrder::Big);
            DataSetReader::new(big, Encoding::EXPLICIT_BIG, start).whole()
        }
        other => DataSetReader::new(content, encoding_of(other)?, start).whole(),
    }?;
    let table = meta_table(&meta, &syntax, &data_set)?;
    Ok(data_set.with_exact_meta(table))
}

/// True for a data set that begins without preamble: in ascending order it starts with group 0002 or 0008, and an
/// element of either starts with what little else does.
pub(crate) fn is_without_preamble(bytes: &[u8]) -> bool {
    let content = Bytes::little(FORMAT, bytes);
    let encoding = match guessed_syntax(bytes, 0) {
        uids::IMPLICIT_VR_LITTLE_ENDIAN => Encoding::IMPLICIT,
        _ => Encoding::EXPLICIT,
    };
    let header = |at| read_header(&content, encoding, at, false).ok();
    let Some(first) = header(0) else {
        return bytes.starts_with(MAGIC);
    };
    let is_known_start = matches!(first.tag.group(), META_GROUP | 0x0008)
        && first.tag.element() <= 0x0018
        && first.vr != VR::UN;
    let second = first
        .length
        .and_then(|length| header(first.size.saturating_add(length)));
    bytes.starts_with(MAGIC)
        || is_known_start
            && second.is_some_and(|second| second.tag > first.tag && second.tag.group() <= 0x0010)
}

/// Where the meta group starts, if the file has one.
fn start_of_meta(bytes: &[u8]) -> u64 {
    let has_magic = |at: usize| bytes.get(at..).is_some_and(|rest| rest.starts_with(MAGIC));
    match () {
        () if has_magic(PREAMBLE_BYTES) => (PREAMBLE_BYTES + MAGIC.len()) as u64,
        () if has_magic(0) => MAGIC.len() as u64,
        () => 0,
    }
}

/// The transfer syntax of a data set that nothing says it of: a value representation is written out, or is not.
fn guessed_syntax(bytes: &[u8], start: u64) -> &'static str {
    let content = Bytes::little(FORMAT, bytes);
    let written = content.slice(start.saturating_add(4), 2, "a value representation");
    let vr = written.ok().and_then(|vr| VR::from_binary([vr[0], vr[1]]));
    match vr {
        Some(_) => uids::EXPLICIT_VR_LITTLE_ENDIAN,
        None => uids::IMPLICIT_VR_LITTLE_ENDIAN,
    }
}

/// Encapsulated pixels always lie in explicit VR little endian.
fn encoding_of(syntax: &str) -> Result<Encoding, ReadError> {
    match TransferSyntaxRegistry.get(syntax) {
        Some(_) if syntax == uids::IMPLICIT_VR_LITTLE_ENDIAN => Ok(Encoding::IMPLICIT),
        Some(known) if matches!(known.codec(), Codec::Dataset(_)) => Err(ReadError::Unsupported {
            format: FORMAT,
            feature: format!("the transfer syntax {}", known.name()),
            advice: "export it as Explicit VR Little Endian",
        }),
        Some(_) => Ok(Encoding::EXPLICIT),
        None => Err(ReadError::Unsupported {
            format: FORMAT,
            feature: "a transfer syntax that DICOM does not define".to_owned(),
            advice: "export it as Explicit VR Little Endian",
        }),
    }
}

/// The data set behind the meta group, inflated as far as the budget and the size of the file make plausible.
fn inflate(bytes: &[u8], start: u64, budget: &Budget) -> Result<Vec<u8>, ReadError> {
    // `start` came from a reader of these bytes.
    let deflated = bytes.get(start as usize..).unwrap_or_default();
    let plausible = (deflated.len() as u64).saturating_mul(128).max(64 << 20);
    let limit = plausible.min(budget.max_decoded_bytes);
    let mut inflated = Vec::new();
    DeflateDecoder::new(deflated)
        .take(limit.saturating_add(1))
        .read_to_end(&mut inflated)
        .map_err(|_| ReadError::damaged(FORMAT, start, "its deflated data set does not inflate"))?;
    match inflated.len() as u64 <= limit {
        true => Ok(inflated),
        false => Err(ReadError::over(
            "The deflated DICOM data set",
            format!("more than {limit} bytes"),
            format!("{limit} bytes"),
        )),
    }
}

fn missing(tag: Tag) -> ReadError {
    ReadError::field(FORMAT, name_of(tag), "it is missing")
}
