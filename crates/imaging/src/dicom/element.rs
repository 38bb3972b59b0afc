//! The header of a data element in the encodings of PS3.5 section 7.1.

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::{Tag, VR};
use dicom_dictionary_std::StandardDataDictionary;

use crate::ReadError;
use crate::bytes::{ByteOrder, Bytes};

/// How elements are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Encoding {
    /// The value representation is written out.
    pub(super) is_explicit: bool,
    pub(super) order: ByteOrder,
}

impl Encoding {
    pub(super) const IMPLICIT: Self = Self {
        is_explicit: false,
        order: ByteOrder::Little,
    };
    pub(super) const EXPLICIT: Self = Self {
        is_explicit: true,
        order: ByteOrder::Little,
    };
    pub(super) const EXPLICIT_BIG: Self = Self {
        is_explicit: true,
        order: ByteOrder::Big,
    };
}

/// What stands before a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct ElementHeader {
    pub(super) tag: Tag,
    pub(super) vr: VR,
    /// Bytes of the value; `None` where a delimiter ends it.
    pub(super) length: Option<u64>,
    /// Bytes of this header.
    pub(super) size: u64,
    /// The value is laid out as implicit VR little endian, whatever the file is (PS3.5 section 6.2.2).
    pub(super) is_implicit: bool,
}

const UNDEFINED: u32 = u32::MAX;
/// Items and delimiters, which have no value representation in any encoding.
pub(super) const ITEM_GROUP: u16 = 0xfffe;
pub(super) const ITEM: Tag = Tag(ITEM_GROUP, 0xe000);
pub(super) const ITEM_END: Tag = Tag(ITEM_GROUP, 0xe00d);
pub(super) const SEQUENCE_END: Tag = Tag(ITEM_GROUP, 0xe0dd);

pub(super) fn read_tag(bytes: &Bytes<'_>, at: u64) -> Result<Tag, ReadError> {
    let what = "the tag of an element";
    Ok(Tag(bytes.u16(at, what)?, bytes.u16(at + 2, what)?))
}

/// The header at `at`; `is_signed` decides between US and SS where the dictionary leaves it open.
pub(super) fn read_header(
    bytes: &Bytes<'_>,
    encoding: Encoding,
    at: u64,
    is_signed: bool,
) -> Result<ElementHeader, ReadError> {
    let what = "the header of an element";
    let tag = read_tag(bytes, at)?;
    let known = known_vr(tag, is_signed);
    if !encoding.is_explicit || tag.group() == ITEM_GROUP {
        let length = bytes.u32(at + 4, what)?;
        return Ok(ElementHeader {
            tag,
            vr: known.unwrap_or(VR::UN),
            length: (length != UNDEFINED).then_some(length.into()),
            size: 8,
            is_implicit: !encoding.is_explicit,
        });
    }
    let written = bytes.slice(at + 4, 2, what)?;
    if !written.iter().all(u8::is_ascii_uppercase) {
        let fault = "a value representation is no pair of capital letters";
        return Err(ReadError::damaged(bytes.format(), at + 4, fault));
    }
    // Representations of a later standard are laid out as unknown ones (PS3.5 section 6.2).
    let vr = VR::from_binary([written[0], written[1]]).unwrap_or(VR::UN);
    let (length, size) = match is_long(vr) {
        true => (bytes.u32(at + 8, what)?, 12),
        false => (bytes.u16(at + 6, what)?.into(), 8),
    };
    // An archive that did not know an attribute passed its value on as implicit VR little endian.
    let is_passed_on = vr == VR::UN && encoding.order == ByteOrder::Little;
    Ok(ElementHeader {
        tag,
        vr: match (vr, known) {
            (VR::UN, Some(known)) if is_passed_on && written == b"UN" => known,
            _ => vr,
        },
        length: (length != UNDEFINED).then_some(length.into()),
        size,
        is_implicit: is_passed_on,
    })
}

/// Representations with two reserved bytes and a length of 32 bits.
fn is_long(vr: VR) -> bool {
    use VR::*;
    matches!(
        vr,
        OB | OD | OF | OL | OV | OW | SQ | SV | UC | UN | UR | UT | UV
    )
}

/// The dictionary's representation; none for attributes that it does not know.
fn known_vr(tag: Tag, is_signed: bool) -> Option<VR> {
    let entry = StandardDataDictionary.by_tag(tag)?;
    Some(match entry.vr() {
        VirtualVr::Xs if is_signed => VR::SS,
        other => other.relaxed(),
    })
}
