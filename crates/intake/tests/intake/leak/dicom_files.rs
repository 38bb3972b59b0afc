//! DICOM images of an eye that are full of tokens.

use dicom_core::value::{C, PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR, dicom_value};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::attributes::{ATTRIBUTES, filled, private, words};
use super::canary::Canary;
use super::frames::{self, HEIGHT, WIDTH};

/// Attributes of a file at the top, of the whole list in turn.
const PER_FILE: usize = 70;

const SYNTAXES: [&str; 8] = [
    uids::EXPLICIT_VR_LITTLE_ENDIAN,
    uids::IMPLICIT_VR_LITTLE_ENDIAN,
    "1.2.840.10008.1.2.2",
    uids::DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN,
    uids::JPEG_BASELINE8_BIT,
    uids::RLE_LOSSLESS,
    uids::JPEG2000_LOSSLESS,
    uids::JPEG2000,
];

/// The file with this number: a slice of all attributes, in one of the transfer syntaxes.
pub(crate) fn file(number: usize, canary: &Canary, rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut object = InMemDicomObject::new_empty();
    for offset in 0..PER_FILE {
        let attribute = ATTRIBUTES[(number * PER_FILE + offset) % ATTRIBUTES.len()];
        object.put(filled(attribute, canary, rng, 4));
    }
    for element in private(canary) {
        object.put(element);
    }
    riders(&mut object, canary);
    // The character sets take turns with the number, so the syntaxes must go by something else.
    let syntax = SYNTAXES[number / 4 % SYNTAXES.len()];
    image(&mut object, canary, syntax);
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(syntax)
        .implementation_class_uid(format!("1.2.826.0.1.{}", canary.digits))
        .implementation_version_name(canary.plain.as_str())
        .source_application_entity_title(canary.plain.as_str())
        .sending_application_entity_title(canary.plain.as_str())
        .receiving_application_entity_title(canary.plain.as_str())
        .private_information_creator_uid(format!("1.2.826.0.1.{}.1", canary.digits))
        .private_information(canary.plain.as_bytes().to_vec());
    let file = object.with_meta(meta).expect("a whole meta group");
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).expect("writes to memory");
    for (at, byte) in canary.plain.bytes().cycle().take(128).enumerate() {
        bytes[at] = byte;
    }
    bytes
}

/// What rides along outside the lists: overlays, curves, group lengths, padding, an icon, a signature.
fn riders(object: &mut InMemDicomObject, canary: &Canary) {
    let plain = canary.plain.as_str();
    let token = PrimitiveValue::U8(C::from_slice(plain.as_bytes()));
    for group in [0x6000, 0x6002, 0x601e] {
        object.put(DataElement::new(
            Tag(group, 0x3000),
            VR::OW,
            PrimitiveValue::U16(words(plain.as_bytes())),
        ));
        object.put(DataElement::new(
            Tag(group, 0x4000),
            VR::LT,
            canary.text.as_str(),
        ));
        object.put(DataElement::new(
            Tag(group, 0x0022),
            VR::LO,
            canary.text.as_str(),
        ));
    }
    object.put(DataElement::new(Tag(0x5000, 0x3000), VR::OB, token.clone()));
    object.put(DataElement::new(
        Tag(0x501e, 0x2500),
        VR::LO,
        canary.text.as_str(),
    ));
    object.put(DataElement::new(
        Tag(0x0009, 0x0010),
        VR::LO,
        canary.text.as_str(),
    ));
    object.put(DataElement::new(Tag(0x0009, 0x10ff), VR::UN, token.clone()));
    object.put(DataElement::new(Tag(0xfffc, 0xfffc), VR::OB, token));
}

/// What makes it an image that is read: it takes the place of tokens where both would stand.
fn image(object: &mut InMemDicomObject, canary: &Canary, syntax: &str) {
    let mut put = |tag, vr, value: PrimitiveValue| {
        object.put(DataElement::new(tag, vr, value));
    };
    let number = |value: u16| PrimitiveValue::from(value);
    put(
        tags::SPECIFIC_CHARACTER_SET,
        VR::CS,
        dicom_value!(Str, canary.charset.term()),
    );
    put(
        tags::SOP_CLASS_UID,
        VR::UI,
        dicom_value!(Str, uids::OPHTHALMIC_PHOTOGRAPHY8_BIT_IMAGE_STORAGE),
    );
    put(
        tags::SOP_INSTANCE_UID,
        VR::UI,
        dicom_value!(Str, format!("1.2.826.0.1.{}", canary.digits)),
    );
    put(tags::MODALITY, VR::CS, dicom_value!(Str, "OP"));
    put(
        tags::PATIENT_NAME,
        VR::PN,
        dicom_value!(Str, format!("{}^{}", canary.text, canary.text)),
    );
    put(
        tags::PATIENT_ID,
        VR::LO,
        dicom_value!(Str, canary.text.as_str()),
    );
    put(
        tags::PATIENT_BIRTH_DATE,
        VR::DA,
        dicom_value!(Str, canary.date.as_str()),
    );
    put(
        tags::STUDY_DATE,
        VR::DA,
        dicom_value!(Str, canary.date.as_str()),
    );
    put(tags::SAMPLES_PER_PIXEL, VR::US, number(1));
    put(
        tags::PHOTOMETRIC_INTERPRETATION,
        VR::CS,
        dicom_value!(Str, "MONOCHROME2"),
    );
    put(tags::ROWS, VR::US, number(HEIGHT));
    put(tags::COLUMNS, VR::US, number(WIDTH));
    put(tags::BITS_ALLOCATED, VR::US, number(8));
    put(tags::BITS_STORED, VR::US, number(8));
    put(tags::HIGH_BIT, VR::US, number(7));
    put(tags::PIXEL_REPRESENTATION, VR::US, number(0));
    put(tags::NUMBER_OF_FRAMES, VR::IS, dicom_value!(Str, "1"));
    let token = canary.plain.as_bytes();
    let frame = match syntax {
        uids::JPEG_BASELINE8_BIT => frames::jpeg(token),
        uids::RLE_LOSSLESS => frames::rle(token),
        uids::JPEG2000_LOSSLESS => frames::jpeg_2000(token, false),
        uids::JPEG2000 => frames::jpeg_2000(token, true),
        _ => {
            let samples = [frames::pixels(), token.to_vec()].concat();
            put(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(samples.into()));
            return;
        }
    };
    // Two fragments, so that a token may lie across their border.
    let (first, second) = frame.split_at((frame.len() / 2) & !1);
    let mut second = second.to_vec();
    if second.len() % 2 == 1 {
        second.push(0);
    }
    let fragments: Vec<Vec<u8>> = vec![first.to_vec(), second];
    let sequence = PixelFragmentSequence::new(vec![0u32], fragments);
    object.put(DataElement::new(
        tags::PIXEL_DATA,
        VR::OB,
        Value::PixelSequence(sequence),
    ));
}

/// One of the files that are damaged on purpose: their refusals must not leak either.
pub(crate) fn damaged(bytes: &[u8], rng: &mut ChaCha8Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match rng.random_range(0..3) {
        0 => bytes.truncate(rng.random_range(1..bytes.len())),
        1 => {
            let at = rng.random_range(132..bytes.len());
            bytes[at] ^= 1 << rng.random_range(0..8);
        }
        _ => {
            let at = rng.random_range(132..bytes.len());
            bytes.drain(at..(at + 7).min(bytes.len()));
        }
    }
    bytes
}
