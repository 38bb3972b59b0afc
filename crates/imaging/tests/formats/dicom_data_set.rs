//! DICOM data sets opened within a budget, and what is refused at which byte.

use std::fs;

use dicom_core::{DataElement, PrimitiveValue, Tag, VR, dicom_value};
use dicom_dictionary_std::{tags, uids};
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};
use fovea_imaging::{Budget, open_dicom};
use fovea_test_data::shared_data;

fn sample() -> InMemDicomObject {
    let inner = InMemDicomObject::from_element_iter([DataElement::new(
        tags::REFERENCED_SOP_INSTANCE_UID,
        VR::UI,
        "1.2.3",
    )]);
    InMemDicomObject::from_element_iter([
        DataElement::new(tags::SPECIFIC_CHARACTER_SET, VR::CS, "ISO_IR 192"),
        DataElement::new(
            tags::SOP_CLASS_UID,
            VR::UI,
            uids::SECONDARY_CAPTURE_IMAGE_STORAGE,
        ),
        DataElement::new(tags::SOP_INSTANCE_UID, VR::UI, "1.2.3.4"),
        DataElement::new(tags::PATIENT_NAME, VR::PN, "Größe^Ä"),
        DataElement::new(
            tags::REFERENCED_IMAGE_SEQUENCE,
            VR::SQ,
            dicom_core::value::DataSetSequence::from(vec![inner]),
        ),
        DataElement::new(tags::ROWS, VR::US, PrimitiveValue::from(2_u16)),
        DataElement::new(
            tags::PIXEL_SPACING,
            VR::DS,
            dicom_value!(Strs, ["0.5", "0.25"]),
        ),
        DataElement::new(tags::PIXEL_DATA, VR::OB, dicom_value!(U8, [1, 2, 3, 4])),
    ])
}

fn written(syntax: &str) -> Vec<u8> {
    let file = sample()
        .with_meta(FileMetaTableBuilder::new().transfer_syntax(syntax))
        .expect("a complete meta group");
    let mut bytes = Vec::new();
    file.write_all(&mut bytes).expect("writes to memory");
    bytes
}

const PLAIN: [&str; 4] = [
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.1.99",
];

#[test]
fn every_syntax_opens_alike() {
    for syntax in PLAIN {
        let bytes = written(syntax);
        let found = open_dicom(&bytes, &Budget::default()).expect(syntax);
        assert_eq!(found.meta().transfer_syntax(), syntax);
        for element in sample().iter().filter(|element| element.vr() != VR::SQ) {
            let value = found.get(element.header().tag).expect(syntax).value();
            match element.vr() {
                VR::OB => assert_eq!(
                    value.to_bytes().expect(syntax).as_ref(),
                    [1, 2, 3, 4],
                    "{syntax}"
                ),
                _ => assert_eq!(
                    value.to_multi_str().expect(syntax),
                    element.value().to_multi_str().expect("text"),
                    "{syntax}"
                ),
            }
        }
        let items = found
            .get(tags::REFERENCED_IMAGE_SEQUENCE)
            .and_then(|e| e.items())
            .expect(syntax);
        assert_eq!(
            items[0]
                .get(tags::REFERENCED_SOP_INSTANCE_UID)
                .expect(syntax)
                .to_str()
                .expect(syntax),
            "1.2.3"
        );
    }
}

#[test]
fn preamble_and_meta_group_may_be_missing() {
    let whole = written("1.2.840.10008.1.2.1");
    let group_length = u32::from_le_bytes([whole[140], whole[141], whole[142], whole[143]]);
    let data_set = &whole[144 + group_length as usize..];
    let cases = [
        ("no preamble", whole[128..].to_vec()),
        ("no magic", whole[132..].to_vec()),
        ("no meta group", [&whole[..132], data_set].concat()),
        ("nothing but the data set", data_set.to_vec()),
    ];
    for (name, bytes) in cases {
        let found = open_dicom(&bytes, &Budget::default()).expect(name);
        assert_eq!(
            found.meta().media_storage_sop_instance_uid(),
            "1.2.3.4",
            "{name}"
        );
        assert_eq!(
            found
                .get(tags::ROWS)
                .expect(name)
                .to_int::<u16>()
                .expect(name),
            2,
            "{name}"
        );
    }
}

/// Archives fill the last block of a file up.
#[test]
fn zeros_behind_the_data_set_are_no_element() {
    for syntax in PLAIN {
        let whole = written(syntax);
        let plain = open_dicom(&whole, &Budget::default()).expect(syntax);
        for zeros in [1, 2, 3, 7, 8, 64, 4_096] {
            let filled = [&whole[..], &vec![0; zeros]].concat();
            let found = open_dicom(&filled, &Budget::default())
                .unwrap_or_else(|error| panic!("{syntax}, {zeros} zeros: {error}"));
            assert_eq!(
                found.iter().count(),
                plain.iter().count(),
                "{syntax} {zeros}"
            );
            // Of a text that somebody added nothing is passed over.
            let added = [&filled[..], b"Doe^John"].concat();
            if syntax != "1.2.840.10008.1.2.1.99" {
                assert!(open_dicom(&added, &Budget::default()).is_err(), "{syntax}");
            }
        }
    }
}

/// A file of explicit little endian elements with nothing said about them.
fn file_of(data_set: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend_from_slice(b"DICM\x02\0\x10\0UI\x14\x001.2.840.10008.1.2.1\0");
    bytes.extend_from_slice(data_set);
    bytes
}

fn nested(depth: usize) -> Vec<u8> {
    let mut data_set = Vec::new();
    for _ in 0..depth {
        data_set.extend_from_slice(
            b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\0\xe0\xff\xff\xff\xff",
        );
    }
    for _ in 0..depth {
        data_set.extend_from_slice(b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0");
    }
    data_set
}

#[test]
fn refusals_name_the_byte_or_the_attribute() {
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "a value of 4 GiB",
            file_of(b"\x10\0\x10\0UN\0\0\xf0\xff\xff\xffDoe^John"),
            "The DICOM file is cut off at byte 180, inside (0010,0010) PatientName; copy",
        ),
        (
            "an item longer than its sequence",
            file_of(
                b"\x08\0\x40\x11SQ\0\0\x0a\0\0\0\xfe\xff\0\xe0\x09\0\0\0Doe^John\x10\0\x10\0PN\0\0",
            ),
            "The DICOM file is damaged near byte 180: an item of a sequence is longer than what it lies in; export",
        ),
        (
            "sequences without end",
            file_of(&nested(100_000)),
            "The DICOM file is damaged near byte 1452: sequences are nested more than 64 deep; export",
        ),
        (
            "an attribute twice",
            file_of(b"\x10\0\x10\0PN\x04\0A^BC\x10\0\x10\0PN\x04\0D^EF"),
            "The DICOM file is damaged near byte 172: (0010,0010) PatientName occurs twice; export",
        ),
        (
            "no value representation",
            file_of(b"\x10\0\x10\0n!\x04\0A^BC"),
            "The DICOM file is damaged near byte 164: a value representation is no pair of capital letters; export",
        ),
        (
            "half a number",
            file_of(b"\x28\0\x10\0US\x03\0\x01\0\0"),
            "The DICOM file is damaged near byte 168: (0028,0010) Rows has 3 bytes, which is no multiple of what one value takes; export",
        ),
        (
            "text without length",
            file_of(b"\x10\0\x10\0UT\0\0\xff\xff\xff\xffA^BC"),
            "The DICOM file is damaged near byte 172: (0010,0010) PatientName has no length; export",
        ),
        (
            "a delimiter of nothing",
            file_of(b"\xfe\xff\x0d\xe0\0\0\0\0"),
            "The DICOM file is damaged near byte 160: (FFFE,E00D) is out of place; export",
        ),
        (
            "letters in the place of an attribute",
            file_of(b"JohnLO\xff\x7fDoe"),
            "The DICOM file is cut off at byte 171, inside the value at byte 168, of an attribute that the standard does not have; copy",
        ),
        (
            "a million values",
            file_of(
                &[
                    b"\x10\0\x10\0UC\0\0\x80\x84\x1e\0".as_slice(),
                    &[b'\\'; 2_000_000],
                ]
                .concat(),
            ),
            "The DICOM data set declares more than 2000000 attributes and values, over the limit of 2000000; check",
        ),
        (
            "an unknown syntax",
            b"DICM\x02\0\x10\0UI\x04\x009.9\0".to_vec(),
            "The DICOM file has a transfer syntax that DICOM does not define, which Fovea does not read; export it as Explicit",
        ),
        (
            "a meta group without a syntax",
            b"DICM\x02\0\x02\0UI\x04\x009.9\0".to_vec(),
            "The DICOM file is damaged at (0002,0010) TransferSyntaxUID: it is missing; export",
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = open_dicom(&bytes, &Budget::default())
            .err()
            .unwrap_or_else(|| panic!("{name} was opened"))
            .to_string();
        assert!(
            error.starts_with(expected),
            "{name}:\n  found    {error}\n  expected {expected}"
        );
        assert!(!error.contains("Doe") && !error.contains("John"), "{error}");
    }
    open_dicom(&file_of(&nested(64)), &Budget::default()).expect("64 deep");
}

#[test]
fn a_deflated_flood_ends_at_its_limit() {
    use std::io::Write;
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![0; 1 << 20];
    for _ in 0..80 {
        deflated.write_all(&zeros).expect("writes to memory");
    }
    let mut bytes = b"DICM\x02\0\x10\0UI\x16\x001.2.840.10008.1.2.1.99".to_vec();
    bytes.extend_from_slice(&deflated.finish().expect("writes to memory"));
    let error = open_dicom(&bytes, &Budget::default())
        .expect_err("80 MiB of zeros")
        .to_string();
    assert!(
        error.starts_with("The deflated DICOM data set declares more than 67108864 bytes"),
        "{error}"
    );
}

#[test]
fn every_prefix_and_every_flipped_bit_is_survived() {
    for syntax in PLAIN {
        let mut bytes = written(syntax);
        for length in 0..bytes.len() {
            let _ = open_dicom(&bytes[..length], &Budget::default());
        }
        for index in 128..bytes.len() {
            for bit in 0..8 {
                bytes[index] ^= 1 << bit;
                let _ = open_dicom(&bytes, &Budget::default());
                bytes[index] ^= 1 << bit;
            }
        }
    }
}

/// What was passed on as unknown is what the dictionary says it is.
#[test]
fn unknown_representations_are_looked_up() {
    let sequence = b"\xfe\xff\0\xe0\x0a\0\0\0\x10\0\x10\0\x02\0\0\0A^";
    let mut data_set = b"\x08\0\x40\x11UN\0\0\x12\0\0\0".to_vec();
    data_set.extend_from_slice(sequence);
    data_set.extend_from_slice(b"\x28\0\x10\0UN\0\0\x02\0\0\0\x07\0");
    let found = open_dicom(&file_of(&data_set), &Budget::default()).expect("opens");
    let items = found
        .get(tags::REFERENCED_IMAGE_SEQUENCE)
        .and_then(|e| e.items())
        .expect("a sequence");
    assert!(items[0].get(Tag(0x0010, 0x0010)).is_some());
    assert_eq!(
        found
            .get(tags::ROWS)
            .expect("there")
            .to_int::<u16>()
            .expect("a number"),
        7
    );
}

#[test]
fn real_files_open_as_dicom_object_opens_them() {
    let Some(data) = shared_data("real_files_open_as_dicom_object_opens_them") else {
        return;
    };
    let mut opened = 0;
    for folder in ["dicom", "dicom_seg"] {
        for entry in fs::read_dir(data.join(folder)).expect("a folder of samples") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "dcm") {
                continue;
            }
            let bytes = fs::read(&path).expect("a file");
            let ours = open_dicom(&bytes, &Budget::default())
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let theirs = dicom_object::open_file(&path).expect("a sound file");
            for element in theirs
                .iter()
                .filter(|element| element.header().tag.element() != 0)
            {
                let tag = element.header().tag;
                let value = ours
                    .get(tag)
                    .unwrap_or_else(|| panic!("{}: {tag}", path.display()))
                    .value();
                match (element.value().primitive(), value.primitive()) {
                    (Some(theirs), Some(ours)) => {
                        let trimmed = |value: &PrimitiveValue| {
                            value.to_str().trim_end_matches(['\0', ' ']).to_owned()
                        };
                        assert_eq!(trimmed(ours), trimmed(theirs), "{} {tag}", path.display());
                    }
                    _ => assert_eq!(
                        value.items().map(<[_]>::len),
                        element.value().items().map(<[_]>::len),
                        "{} {tag}",
                        path.display()
                    ),
                }
            }
            opened += 1;
        }
    }
    assert!(opened >= 10, "only {opened} files");
}
