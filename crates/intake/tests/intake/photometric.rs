//! What the values of a picture stand for outlives the cleaning: palettes, white as the lowest value, samples in fragments.

use std::fs;
use std::path::Path;

use dicom_core::value::{PixelFragmentSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::{DefaultDicomObject, FileMetaTableBuilder, InMemDicomObject};
use fovea_imaging::{Budget, Samples, Volume, open_dicom, read_bytes_deep};

use crate::dicom::open_intake;

const TOKEN: &[u8] = b"CANARY^PATIENT^X";
/// In fragments, but not compressed.
const UNCOMPRESSED: &str = "1.2.840.10008.1.2.1.98";

/// A small picture of an eye, of so many bits and values.
fn picture(photometric: &str, bits: u16, frames: &[u16]) -> DefaultDicomObject {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/deidentify/native");
    let bytes = fs::read(path).expect("the corpus is part of the checkout");
    let mut object = open_dicom(&bytes, &Budget::default()).expect("opens");
    let number = |value: u16| PrimitiveValue::from(value);
    let mut put =
        |tag: Tag, vr: VR, value: PrimitiveValue| object.put(DataElement::new(tag, vr, value));
    put(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, photometric.into());
    put(
        tags::NUMBER_OF_FRAMES,
        VR::IS,
        frames.len().to_string().into(),
    );
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, 2),
        (tags::COLUMNS, 3),
        (tags::BITS_ALLOCATED, if bits > 8 { 16 } else { 8 }),
        (tags::BITS_STORED, bits),
        (tags::HIGH_BIT, bits - 1),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        put(tag, VR::US, number(value));
    }
    let samples: Vec<u16> = frames
        .iter()
        .flat_map(|value| (0..6).map(move |at| value + at))
        .collect();
    let samples = match bits > 8 {
        true => (VR::OW, PrimitiveValue::U16(samples.into())),
        false => (
            VR::OB,
            PrimitiveValue::U8(samples.iter().map(|value| *value as u8).collect()),
        ),
    };
    put(tags::PIXEL_DATA, samples.0, samples.1);
    object
}

const TABLES: [(Tag, Tag); 3] = [
    (
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::RED_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ),
    (
        tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::GREEN_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ),
    (
        tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DESCRIPTOR,
        tags::BLUE_PALETTE_COLOR_LOOKUP_TABLE_DATA,
    ),
];

/// Grays from white to black, with a name behind the last of them.
fn put_palette(object: &mut InMemDicomObject, bits: u16) {
    for (descriptor, data) in TABLES {
        let numbers = PrimitiveValue::from([256, 0, bits]);
        object.put(DataElement::new(descriptor, VR::US, numbers));
        let grays = (0..=255_u8).rev();
        let mut table: Vec<u8> = match bits {
            8 => grays.collect(),
            _ => grays.flat_map(|gray| [gray; 2]).collect(),
        };
        table.extend(TOKEN);
        let words = table
            .chunks_exact(2)
            .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let words = PrimitiveValue::U16(words.collect());
        object.put(DataElement::new(data, VR::OW, words));
    }
}

fn written(object: &DefaultDicomObject) -> Vec<u8> {
    let mut bytes = Vec::new();
    object.write_all(&mut bytes).expect("writes");
    bytes
}

fn has_token(bytes: &[u8]) -> bool {
    bytes.windows(TOKEN.len()).any(|at| at == TOKEN)
}

/// The file without the patient, after cleaning it again changed nothing.
fn cleaned(bytes: &[u8]) -> Vec<u8> {
    let intake = open_intake();
    let (once, _) = intake.deidentify_bytes(bytes).expect("cleans");
    let (twice, report) = intake.deidentify_bytes(&once).expect("cleans again");
    assert!(once == twice, "{report}");
    assert!(!has_token(&once));
    once
}

fn read(bytes: &[u8]) -> Volume {
    read_bytes_deep(bytes, &Budget::default()).expect("reads")
}

fn shown(volume: &Volume) -> Vec<u8> {
    volume
        .bscans
        .iter()
        .flat_map(|bscan| bscan.pixels.clone())
        .collect()
}

#[test]
fn a_palette_stays_and_nothing_behind_it() {
    for bits in [8, 16] {
        let mut object = picture("PALETTE COLOR", 8, &[10, 200]);
        put_palette(&mut object, bits);
        let bytes = written(&object);
        assert!(has_token(&bytes));
        let clean = cleaned(&bytes);
        let expected: Vec<u8> = [245, 55]
            .into_iter()
            .flat_map(|first: u8| (0..6).map(move |at| first - at))
            .collect();
        assert_eq!(shown(&read(&clean)), expected, "{bits} bits");
        let (examined, admitted) = (open_intake().examine_bytes(&bytes), shown(&read(&bytes)));
        assert_eq!(admitted, expected, "{bits} bits");
        assert_eq!(
            shown(&examined.expect("a scan").volume),
            expected,
            "{bits} bits"
        );
    }
    // Of a picture that has no palette, the tables go.
    let mut object = picture("MONOCHROME2", 8, &[10]);
    put_palette(&mut object, 16);
    let clean = open_dicom(&cleaned(&written(&object)), &Budget::default()).expect("opens");
    assert!(TABLES.iter().all(|(_, data)| clean.get(*data).is_none()));
}

#[test]
fn white_stays_the_lowest_value() {
    let object = picture("MONOCHROME1", 12, &[0, 4_000]);
    let clean = cleaned(&written(&object));
    let stored = open_dicom(&clean, &Budget::default()).expect("opens");
    let text = |tag| {
        stored
            .get(tag)
            .expect("there")
            .to_str()
            .expect("text")
            .into_owned()
    };
    assert_eq!(text(tags::PHOTOMETRIC_INTERPRETATION).trim(), "MONOCHROME1");
    let samples = stored.get(tags::PIXEL_DATA).expect("there").to_bytes();
    let before = object.get(tags::PIXEL_DATA).expect("there").to_bytes();
    assert_eq!(samples.expect("bytes"), before.expect("bytes"));
    let deep = |volume: &Volume| volume.bscans[1].deep.clone();
    let expected: Vec<u16> = (0..6).map(|at| 95 - at).collect();
    assert_eq!(deep(&read(&clean)), Some(Samples::U16(expected)));
}

#[test]
fn samples_in_fragments_stay_without_what_lies_behind_them() {
    let mut object = picture("MONOCHROME2", 8, &[10, 200]);
    let frame = |first: u8| [(first..first + 6).collect(), TOKEN.to_vec()].concat();
    let frames: Vec<Vec<u8>> = vec![frame(10), frame(200)];
    let sequence = PixelFragmentSequence::new(Vec::<u32>::new(), frames);
    let pixels = DataElement::new(tags::PIXEL_DATA, VR::OB, Value::PixelSequence(sequence));
    object.put(pixels);
    let meta = FileMetaTableBuilder::new().transfer_syntax(UNCOMPRESSED);
    let object = object
        .into_inner()
        .with_meta(meta)
        .expect("a whole meta group");
    let bytes = written(&object);
    assert!(has_token(&bytes));
    let clean = cleaned(&bytes);
    let expected: Vec<u8> = (10..16).chain(200..206).collect();
    assert_eq!(shown(&read(&clean)), expected);
}
