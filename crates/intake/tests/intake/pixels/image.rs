//! Small images, made by hand.

use dicom_core::value::PrimitiveValue;
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use fovea_imaging::{Budget, open_dicom};
use fovea_intake::{Refusal, Report};

use crate::dicom::open_intake;

pub(crate) const TOKEN: &[u8] = b"CANARY born 1847";
pub(crate) const ROWS: u16 = 2;
pub(crate) const COLUMNS: u16 = 3;

/// How values lie in samples.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bits {
    pub(crate) allocated: u16,
    pub(crate) stored: u16,
    pub(crate) high: u16,
    pub(crate) is_signed: bool,
}

pub(crate) const fn bits(allocated: u16, stored: u16, high: u16) -> Bits {
    Bits {
        allocated,
        stored,
        high,
        is_signed: false,
    }
}

pub(crate) const fn signed(allocated: u16, stored: u16, high: u16) -> Bits {
    Bits {
        is_signed: true,
        ..bits(allocated, stored, high)
    }
}

pub(crate) fn number(tag: Tag, value: u16) -> DataElement<InMemDicomObject> {
    DataElement::new(tag, VR::US, PrimitiveValue::from(value))
}

/// An image of `ROWS` × `COLUMNS` px.
pub(crate) fn image(bits: Bits) -> InMemDicomObject {
    InMemDicomObject::from_element_iter([
        DataElement::new(
            tags::SOP_CLASS_UID,
            VR::UI,
            uids::OPHTHALMIC_PHOTOGRAPHY16_BIT_IMAGE_STORAGE,
        ),
        DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3"),
        DataElement::new(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2"),
        number(tags::SAMPLES_PER_PIXEL, 1),
        number(tags::ROWS, ROWS),
        number(tags::COLUMNS, COLUMNS),
        number(tags::BITS_ALLOCATED, bits.allocated),
        number(tags::BITS_STORED, bits.stored),
        number(tags::HIGH_BIT, bits.high),
        number(tags::PIXEL_REPRESENTATION, bits.is_signed.into()),
    ])
}

pub(crate) fn overlay(image: &mut InMemDicomObject, position: u16, has_data: bool) {
    image.put(number(Tag(0x6000, 0x0100), 16));
    image.put(number(Tag(0x6000, 0x0102), position));
    if has_data {
        let data = PrimitiveValue::from([7_u16]);
        image.put(DataElement::new(Tag(0x6000, 0x3000), VR::OW, data));
    }
}

pub(crate) fn file(image: InMemDicomObject, syntax: &str) -> Vec<u8> {
    let meta = FileMetaTableBuilder::new().transfer_syntax(syntax);
    let file = image.with_meta(meta).expect("a whole meta group");
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).expect("writes to memory");
    bytes
}

/// What comes out, and that it comes out again unchanged.
pub(crate) fn cleaned(bytes: &[u8]) -> Result<(InMemDicomObject, Report), Refusal> {
    let intake = open_intake();
    let (once, report) = intake.deidentify_bytes(bytes)?;
    let (twice, _) = intake.deidentify_bytes(&once).expect("cleans again");
    assert_eq!(once, twice);
    let object = open_dicom(&once, &Budget::default()).expect("opens");
    Ok((object.into_inner(), report))
}
