//! DICOM files with what de-identification branches on, byte by byte.

use super::{Outcome, seed};

const PHOTOGRAPHY: &[u8] = b"1.2.840.10008.5.1.4.1.1.77.1.5.1";

pub(super) fn write() -> Outcome<()> {
    let samples = element(0x7fe0, 0x0010, b"OB", &[7; 12]);
    let native = b"1.2.840.10008.1.2.1";
    seed("deidentify", "native", &file(native, &samples))?;
    // Comments beside the frame's samples; the frame itself has none.
    let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xfe\0\x04hi\xff\xd9";
    let j2k = b"\xff\x4f\xff\x64\0\x06\0\x01hi\xff\xd9";
    for (name, syntax, frame) in [
        ("jpeg", "1.2.840.10008.1.2.4.50", &jpeg[..]),
        ("jpeg_2000", "1.2.840.10008.1.2.4.90", &j2k[..]),
    ] {
        let pixels = encapsulated(frame);
        seed("deidentify", name, &file(syntax.as_bytes(), &pixels))?;
    }
    Ok(())
}

/// Explicit VR Little Endian; the value is padded to an even length.
fn element(group: u16, number: u16, vr: &[u8; 2], value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    if value.len() % 2 == 1 {
        value.push(if vr == b"UI" { 0 } else { b' ' });
    }
    let length = value.len() as u32;
    let mut bytes = [group.to_le_bytes(), number.to_le_bytes(), *vr].concat();
    match vr {
        b"OB" | b"SQ" | b"UN" => {
            bytes.extend_from_slice(&[0, 0]);
            bytes.extend_from_slice(&length.to_le_bytes());
        }
        _ => bytes.extend_from_slice(&(length as u16).to_le_bytes()),
    }
    [bytes, value].concat()
}

fn item(content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u32).to_le_bytes();
    [&[0xfe, 0xff, 0x00, 0xe0], &length[..], content].concat()
}

fn encapsulated(frame: &[u8]) -> Vec<u8> {
    let header = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff";
    let end = b"\xfe\xff\xdd\xe0\0\0\0\0";
    [&header[..], &item(&[]), &item(frame), end].concat()
}

fn file(syntax: &[u8], pixels: &[u8]) -> Vec<u8> {
    let meta = [
        element(2, 0x0001, b"OB", &[0, 1]),
        element(2, 0x0002, b"UI", PHOTOGRAPHY),
        element(2, 0x0003, b"UI", b"1.2.3"),
        element(2, 0x0010, b"UI", syntax),
        element(2, 0x0012, b"UI", b"1.2.4"),
    ]
    .concat();
    let code = [
        element(8, 0x0100, b"SH", b"5665001"),
        element(8, 0x0102, b"SH", b"SCT"),
        element(8, 0x0104, b"LO", b"Retina"),
    ]
    .concat();
    let number = |group, element_number, value: u16| {
        element(group, element_number, b"US", &value.to_le_bytes())
    };
    let data_set = [
        element(8, 0x0005, b"CS", b"ISO_IR 100"),
        element(8, 0x0008, b"CS", b"ORIGINAL\\PRIMARY"),
        element(8, 0x0016, b"UI", PHOTOGRAPHY),
        element(8, 0x0018, b"UI", b"1.2.3"),
        element(8, 0x0020, b"DA", b"20200229"),
        element(8, 0x002a, b"DT", b"20200229101530+0100"),
        element(8, 0x0060, b"CS", b"OP"),
        element(8, 0x0070, b"LO", b"TOPCON"),
        element(8, 0x2218, b"SQ", &item(&code)),
        element(0x10, 0x0010, b"PN", b"A^B"),
        element(0x10, 0x0020, b"LO", b"4711"),
        element(0x20, 0x000d, b"UI", b"1.2.5"),
        number(0x28, 0x0002, 1),
        element(0x28, 0x0004, b"CS", b"MONOCHROME2"),
        number(0x28, 0x0010, 3),
        number(0x28, 0x0011, 4),
        number(0x28, 0x0100, 8),
        number(0x28, 0x0101, 8),
        number(0x28, 0x0102, 7),
        number(0x28, 0x0103, 0),
        element(0x29, 0x0010, b"LO", b"FOVEA"),
        element(0x29, 0x1001, b"DS", b"1.5"),
        element(0x29, 0x1002, b"LO", b"text"),
        pixels.to_vec(),
    ]
    .concat();
    let length = element(2, 0, b"UL", &(meta.len() as u32).to_le_bytes());
    [&[0; 128][..], b"DICM", &length, &meta, &data_set].concat()
}
