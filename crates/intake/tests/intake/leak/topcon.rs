//! Topcon's chunks with tokens in every field that is text, and in places where nobody expects any.

use fovea_imaging::Volume;
use fovea_phantom::{TopconChunk, topcon_chunks, topcon_file, topcon_jpeg};

use super::canary::Canary;
use super::frames::{self, HEIGHT, WIDTH};
use super::vendor_files::marked;

/// Chunks of files that Fovea does not read: text, all of it.
const TEXTS: [&str; 9] = [
    "@FILE_INFO",
    "@GLA_LITTMANN_01",
    "@MAIN_MODULE_INFO",
    "@PATIENT_INFO_03",
    "@PATIENTEXT_INFO",
    "@REGIST_INFO",
    "@REPORT_INFO",
    "@RESULT_CORNEA_CURVE",
    "@THUMBNAIL",
];

/// A `.fds` of the phantom: the writer's own marks, a model that is none, a layer that is none, and a chunk whose name is
/// a token.
pub(crate) fn measured(volume: &Volume, canary: &Canary) -> Vec<u8> {
    let mut chunks = topcon_chunks(volume);
    for (name, content) in &mut chunks {
        if *name == "@HW_INFO_03" {
            // Looks like a model, and starts as one.
            let model = format!("3D{}", canary.plain);
            content[..16].fill(0);
            content[..model.len()].copy_from_slice(model.as_bytes());
        }
    }
    chunks.push(("@CONTOUR_INFO", contour(volume, canary)));
    chunks.extend(texts(canary));
    with_foreign_chunk(marked(&topcon_file("FDS", &chunks), canary), canary)
}

/// A `.fda` whose B-scans are JPEG 2000 with comments.
pub(crate) fn compressed(canary: &Canary) -> Vec<u8> {
    let token = canary.text.as_bytes();
    let picture = frames::jpeg_2000(token, false);
    let size = [u32::from(WIDTH), u32::from(HEIGHT)];
    let mut hardware = canary.plain.clone().into_bytes();
    hardware.resize(100, b'^');
    let mut eye = vec![1, 2];
    eye.extend_from_slice(&repeated(token, 116));
    let mut chunks = vec![
        ("@HW_INFO_02", hardware),
        ("@CAPTURE_INFO", eye),
        topcon_jpeg(2, size, &[&picture, &picture]),
    ];
    chunks.extend(texts(canary));
    with_foreign_chunk(topcon_file("FDA", &chunks), canary)
}

fn texts(canary: &Canary) -> impl Iterator<Item = TopconChunk> {
    let token = canary.text.as_bytes();
    TEXTS.into_iter().map(|name| (name, repeated(token, 96)))
}

fn repeated(token: &[u8], least: usize) -> Vec<u8> {
    token.repeat(least.div_ceil(token.len()))
}

/// A line over the whole volume, called by the token.
fn contour(volume: &Volume, canary: &Canary) -> Vec<u8> {
    let (size, count) = (volume.bscan_size(), volume.bscans.len() as u32);
    let mut content = canary.plain.clone().into_bytes();
    content.resize(22, 0);
    for number in [size.width, count, size.width * count * 2] {
        content.extend_from_slice(&number.to_le_bytes());
    }
    let heights = (0..size.width * count).flat_map(|_| 9_u16.to_le_bytes());
    content.extend(heights);
    content.extend(repeated(canary.plain.as_bytes(), 32));
    content
}

/// Puts one more chunk before the byte that ends the list, and the token behind it.
fn with_foreign_chunk(mut bytes: Vec<u8>, canary: &Canary) -> Vec<u8> {
    let name = format!("@{}", canary.plain);
    bytes.pop();
    bytes.push(name.len() as u8);
    bytes.extend_from_slice(name.as_bytes());
    bytes.extend_from_slice(&(canary.text.len() as u32).to_le_bytes());
    bytes.extend_from_slice(canary.text.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(canary.text.as_bytes());
    bytes
}
