//! Matlab files with tokens in every text that they have: the header, names of variables and fields, characters of one
//! byte and of two, cells and structures, plain and compressed.

use fovea_imaging::Volume;
use fovea_phantom::{MatlabValue, MatlabWriter, PATIENT_CANARY, matlab_spectralis};

use super::canary::Canary;
use super::vendor_files::{deflated, marked};

const LITTLE: MatlabWriter = MatlabWriter {
    is_big_endian: false,
};
const BIG: MatlabWriter = MatlabWriter {
    is_big_endian: true,
};

/// A Heidelberg export as variables.
pub(crate) fn export(volume: &Volume, canary: &Canary) -> Vec<u8> {
    let mut variables = matlab_spectralis(volume);
    for (name, value) in &mut variables {
        match value {
            MatlabValue::Text(text) if text == PATIENT_CANARY => text.clone_from(&canary.plain),
            MatlabValue::Text(text) if *name == "ScanPosition" => text.push_str(&canary.plain),
            _ => {}
        }
    }
    let mut bytes = LITTLE.file(&variables);
    bytes.extend(texts(LITTLE, canary));
    bytes.extend(characters(&canary.text));
    bytes.extend(compressed(&characters(&canary.text)));
    headed(bytes, canary)
}

/// B-scans as an array of three dimensions, in the other byte order, with the same text around it.
pub(crate) fn stack(volume: &Volume, canary: &Canary) -> Vec<u8> {
    let size = volume.bscan_size();
    let (width, count) = (size.width as usize, volume.bscans.len() as u32);
    // Columns one after the other.
    let values = volume.bscans.iter().flat_map(|bscan| {
        (0..width).flat_map(|x| bscan.pixels.iter().skip(x).step_by(width).copied())
    });
    let images = MatlabValue::U8(vec![size.height, size.width, count], values.collect());
    let mut bytes = BIG.file(&[("images", images)]);
    bytes.extend(texts(BIG, canary));
    headed(bytes, canary)
}

/// Text under a name that is a token, in cells, and in a structure with a field that is called by one.
fn texts(writer: MatlabWriter, canary: &Canary) -> Vec<u8> {
    let text = || MatlabValue::Text(canary.plain.clone());
    let cells = MatlabValue::Cells(vec![text(), MatlabValue::Cells(vec![text()])]);
    let fields = vec![(PATIENT_CANARY, text()), ("comment", cells.clone())];
    [
        writer.variable(&canary.plain, &text()),
        writer.variable("names", &cells),
        writer.variable("patient", &MatlabValue::Struct(fields)),
    ]
    .concat()
}

/// Characters as UTF-8, which Matlab's own writer does not use but other programs do.
fn characters(text: &str) -> Vec<u8> {
    let numbers = |values: [u32; 2]| values.map(u32::to_le_bytes).concat();
    let content = [
        LITTLE.element(6, &numbers([4, 0])),
        LITTLE.element(5, &numbers([1, text.chars().count() as u32])),
        LITTLE.element(1, b"note"),
        LITTLE.element(16, text.as_bytes()),
    ]
    .concat();
    LITTLE.element(14, &content)
}

/// A compressed variable, which is not padded.
fn compressed(variable: &[u8]) -> Vec<u8> {
    let data = deflated(variable);
    let length = data.len() as u32;
    [&15_u32.to_le_bytes(), &length.to_le_bytes(), &data[..]].concat()
}

/// The text before the variables, full of tokens.
fn headed(bytes: Vec<u8>, canary: &Canary) -> Vec<u8> {
    let mut bytes = marked(&bytes, canary);
    let text = canary.plain.bytes().cycle();
    for (place, byte) in bytes[24..116].iter_mut().zip(text) {
        *place = byte;
    }
    bytes
}
