//! A phantom as DICOM Ophthalmic Tomography, byte by byte: input for the reader's tests, with no file of a clinic.

use fovea_geometry::SizePx;

use crate::PATIENT_CANARY;

/// Pixels as a transfer syntax stores them.
#[derive(Clone, Copy, Debug)]
pub enum DicomPixels<'a> {
    /// Frames of 8-bit samples one after the other.
    Native(&'a [u8]),
    /// Compressed frames, one a fragment.
    Fragments(&'a [&'a [u8]]),
}

/// A file of the transfer syntax with the UID `syntax`, explicit VR little endian. It is of a left eye, its spacing is
/// 12 µm × 4 µm × 120 µm, and every attribute about a person, a site or a device's number is [`PATIENT_CANARY`].
pub fn dicom_tomogram(syntax: &str, size: SizePx, frames: u32, pixels: DicomPixels<'_>) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes.extend_from_slice(b"DICM");
    text(&mut bytes, 0x0002, 0x0002, "UI", TOMOGRAPHY);
    text(&mut bytes, 0x0002, 0x0003, "UI", "2.25.1");
    text(&mut bytes, 0x0002, 0x0010, "UI", syntax);
    text(&mut bytes, 0x0002, 0x0016, "AE", PATIENT_CANARY);
    text(&mut bytes, 0x0008, 0x0016, "UI", TOMOGRAPHY);
    text(&mut bytes, 0x0008, 0x0018, "UI", "2.25.1");
    text(&mut bytes, 0x0008, 0x0060, "CS", "OPT");
    text(&mut bytes, 0x0008, 0x0070, "LO", "Maker");
    personal(&mut bytes, &PERSONAL[..4]);
    text(&mut bytes, 0x0008, 0x1090, "LO", "Model");
    personal(&mut bytes, &PERSONAL[4..]);
    text(&mut bytes, 0x0020, 0x0062, "CS", "L");
    short(&mut bytes, 0x0028, 0x0002, 1);
    text(&mut bytes, 0x0028, 0x0004, "CS", "MONOCHROME2");
    text(&mut bytes, 0x0028, 0x0008, "IS", &frames.to_string());
    short(&mut bytes, 0x0028, 0x0010, size.height as u16);
    short(&mut bytes, 0x0028, 0x0011, size.width as u16);
    for (tag, value) in [(0x0100, 8), (0x0101, 8), (0x0102, 7), (0x0103, 0)] {
        short(&mut bytes, 0x0028, tag, value);
    }
    shared_groups(&mut bytes);
    pixel_data(&mut bytes, pixels);
    bytes
}

/// Ophthalmic Tomography Image Storage.
const TOMOGRAPHY: &str = "1.2.840.10008.5.1.4.1.1.77.1.5.4";

/// Attributes that hold the canary, ascending.
const PERSONAL: [(u16, u16, &str); 10] = [
    (0x0008, 0x0080, "LO"),
    (0x0008, 0x1010, "SH"),
    (0x0008, 0x1030, "LO"),
    (0x0008, 0x1070, "PN"),
    (0x0010, 0x0010, "PN"),
    (0x0010, 0x0020, "LO"),
    (0x0010, 0x4000, "LT"),
    (0x0011, 0x0010, "LO"),
    (0x0011, 0x1001, "UN"),
    (0x0018, 0x1000, "LO"),
];

fn personal(bytes: &mut Vec<u8>, attributes: &[(u16, u16, &str)]) {
    for (group, tag, vr) in attributes {
        text(bytes, *group, *tag, vr, PATIENT_CANARY);
    }
}

/// Pixel measures in sequences with and without length.
fn shared_groups(bytes: &mut Vec<u8>) {
    let mut measures = Vec::new();
    text(&mut measures, 0x0018, 0x0050, "DS", "0.120");
    text(&mut measures, 0x0028, 0x0030, "DS", "0.004\\0.012");
    let mut item = tag(0xfffe, 0xe000, measures.len() as u32);
    item.extend(measures);
    bytes.extend(long(0x5200, 0x9229, b"SQ", u32::MAX));
    bytes.extend(tag(0xfffe, 0xe000, u32::MAX));
    bytes.extend(long(0x0028, 0x9110, b"SQ", item.len() as u32));
    bytes.extend(item);
    bytes.extend(tag(0xfffe, 0xe00d, 0));
    bytes.extend(tag(0xfffe, 0xe0dd, 0));
}

fn pixel_data(bytes: &mut Vec<u8>, pixels: DicomPixels<'_>) {
    match pixels {
        DicomPixels::Native(pixels) => {
            bytes.extend(long(0x7fe0, 0x0010, b"OB", pixels.len() as u32));
            bytes.extend_from_slice(pixels);
        }
        DicomPixels::Fragments(fragments) => {
            bytes.extend(long(0x7fe0, 0x0010, b"OB", u32::MAX));
            bytes.extend(tag(0xfffe, 0xe000, 0));
            for fragment in fragments {
                let padded = fragment.len().next_multiple_of(2);
                bytes.extend(tag(0xfffe, 0xe000, padded as u32));
                bytes.extend_from_slice(fragment);
                bytes.resize(bytes.len() + padded - fragment.len(), 0);
            }
            bytes.extend(tag(0xfffe, 0xe0dd, 0));
        }
    }
}

fn short(bytes: &mut Vec<u8>, group: u16, element: u16, value: u16) {
    bytes.extend([group, element].map(u16::to_le_bytes).concat());
    bytes.extend_from_slice(b"US\x02\0");
    bytes.extend(value.to_le_bytes());
}

/// Text, padded to an even length.
fn text(bytes: &mut Vec<u8>, group: u16, element: u16, vr: &str, value: &str) {
    let padding = if vr == "UI" { 0 } else { b' ' };
    let length = value.len().next_multiple_of(2);
    match vr {
        "UN" => bytes.extend(long(group, element, b"UN", length as u32)),
        _ => {
            bytes.extend([group, element].map(u16::to_le_bytes).concat());
            bytes.extend_from_slice(vr.as_bytes());
            bytes.extend((length as u16).to_le_bytes());
        }
    }
    bytes.extend_from_slice(value.as_bytes());
    bytes.resize(bytes.len() + length - value.len(), padding);
}

fn long(group: u16, element: u16, vr: &[u8; 2], length: u32) -> Vec<u8> {
    let tag = [group, element].map(u16::to_le_bytes).concat();
    [&tag[..], vr, &[0, 0], &length.to_le_bytes()].concat()
}

fn tag(group: u16, element: u16, length: u32) -> Vec<u8> {
    let tag = [group, element].map(u16::to_le_bytes).concat();
    [&tag[..], &length.to_le_bytes()].concat()
}
