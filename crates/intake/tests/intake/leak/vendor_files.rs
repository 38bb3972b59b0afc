//! Files of devices and pictures that are full of tokens, made by the house's own writers.

use std::io::Write;

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Bscan, NiftiPacking, SourceFormat, Volume, encode_meta_image_volume, encode_nifti_volume,
    encode_png_gray8,
};
use fovea_phantom::{
    PATIENT_CANARY, PhantomParams, generate, heidelberg_e2e, heidelberg_vol, heyex_export,
};
use image::{DynamicImage, GrayImage, ImageFormat};

use super::canary::Canary;
use super::{frames, matlab, topcon};

fn phantom() -> Volume {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(32, 24))
        .with_bscans(2);
    generate(4, &params).volume
}

fn picture() -> Volume {
    let size = SizePx::new(24, 16);
    let mut volume = Volume::of_bscans(vec![Bscan::new(size, frames::pixels())], SourceFormat::Png);
    volume.spacing_um = SpacingUm::new(5.0, 4.0, 60.0);
    volume
}

/// A token for every mark of the phantoms' writers, of the same length so that nothing moves.
pub(crate) fn marked(bytes: &[u8], canary: &Canary) -> Vec<u8> {
    let mark = PATIENT_CANARY.as_bytes();
    let mut token = canary.plain.clone().into_bytes();
    token.resize(mark.len(), b'^');
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while at + mark.len() <= bytes.len() {
        if bytes[at..].starts_with(mark) {
            bytes[at..at + mark.len()].copy_from_slice(&token);
        }
        at += 1;
    }
    bytes
}

/// Name and content of files that are read by themselves.
pub(crate) fn single_files(canary: &Canary) -> Vec<(&'static str, Vec<u8>)> {
    let token = canary.text.as_bytes();
    vec![
        (".vol", marked(&heidelberg_vol(&phantom()), canary)),
        (".e2e", marked(&heidelberg_e2e(&[phantom()]), canary)),
        (".mat", matlab::export(&phantom(), canary)),
        (".mat of pictures", matlab::stack(&phantom(), canary)),
        (".fds", topcon::measured(&phantom(), canary)),
        (".fda", topcon::compressed(canary)),
        ("NIfTI", nifti(canary)),
        ("MetaImage", meta_image(token)),
        ("PNG", png(token)),
        ("TIFF", tiff(token)),
        ("JPEG", frames::jpeg(token)),
        ("BMP", bmp(token)),
    ]
}

/// Files of a HEYEX XML export, the one to choose first.
pub(crate) fn heyex_files(canary: &Canary) -> Vec<(String, Vec<u8>)> {
    let files = heyex_export(&phantom()).expect("writes to memory");
    files
        .into_iter()
        .map(|file| (file.name, marked(&file.bytes, canary)))
        .collect()
}

/// Text fields of the header, and an extension behind it (NIfTI-1, `nifti1.h`).
fn nifti(canary: &Canary) -> Vec<u8> {
    let mut bytes = encode_nifti_volume(&picture(), NiftiPacking::Plain).expect("encodes");
    for (offset, room) in [(4, 10), (14, 18), (148, 80), (228, 24), (328, 16)] {
        let token = canary.plain.as_bytes();
        let length = token.len().min(room);
        bytes[offset..offset + length].copy_from_slice(&token[..length]);
    }
    let mut extension = vec![32, 0, 0, 0, 6, 0, 0, 0];
    extension.extend_from_slice(canary.plain.as_bytes());
    extension.resize(32, 0);
    let start = 352;
    bytes[348] = 1;
    bytes[108..112].copy_from_slice(&((start + extension.len()) as f32).to_le_bytes());
    bytes.splice(start..start, extension);
    bytes
}

fn meta_image(token: &[u8]) -> Vec<u8> {
    let bytes = encode_meta_image_volume(&picture()).expect("encodes");
    let end = bytes
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("a text header")
        + 1;
    let comment = [b"Comment = ", token, b"\nPatientName = ", token, b"\n"].concat();
    [&bytes[..end], &comment, &bytes[end..]].concat()
}

pub(crate) fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

/// Text, compressed text, international text, EXIF, a palette's name, and bytes behind the end.
fn png(token: &[u8]) -> Vec<u8> {
    let plain = encode_png_gray8(SizePx::new(24, 16), &frames::pixels()).expect("encodes");
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let body = [kind, content].concat();
        let mut crc = Crc::new();
        crc.update(&body);
        [
            &(content.len() as u32).to_be_bytes()[..],
            &body,
            &crc.sum().to_be_bytes(),
        ]
        .concat()
    };
    let extra = [
        chunk(b"tEXt", &[b"Author\0", token].concat()),
        chunk(b"zTXt", &[b"Comment\0\0", &deflated(token)[..]].concat()),
        chunk(b"iTXt", &[b"Title\0\0\0\0\0", token].concat()),
        chunk(b"eXIf", &[b"II*\0", token].concat()),
        chunk(b"fOVe", token),
    ];
    // The header chunk ends at 33.
    [&plain[..33], &extra.concat(), &plain[33..], token].concat()
}

/// One strip, with a description, an artist, a host and a private tag.
fn tiff(token: &[u8]) -> Vec<u8> {
    let pixels = frames::pixels();
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    bytes.extend_from_slice(&pixels);
    let text_at = bytes.len() as u32;
    bytes.extend_from_slice(token);
    bytes.push(0);
    let text_length = token.len() as u32 + 1;
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    let directory_at = bytes.len() as u32;
    bytes[4..8].copy_from_slice(&directory_at.to_le_bytes());
    let (width, height) = (u32::from(frames::WIDTH), u32::from(frames::HEIGHT));
    let entries: [(u16, u16, u32, u32); 13] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, 8),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (270, 2, text_length, text_at),
        (273, 4, 1, 8),
        (277, 3, 1, 1),
        (278, 4, 1, height),
        (279, 4, 1, pixels.len() as u32),
        (315, 2, text_length, text_at),
        (316, 2, text_length, text_at),
        (50_838, 2, text_length, text_at),
    ];
    bytes.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

fn bmp(token: &[u8]) -> Vec<u8> {
    let gray = GrayImage::from_raw(24, 16, frames::pixels()).expect("the size of the pixels");
    let mut bytes = std::io::Cursor::new(Vec::new());
    DynamicImage::ImageLuma8(gray)
        .write_to(&mut bytes, ImageFormat::Bmp)
        .expect("writes to memory");
    [bytes.into_inner(), token.to_vec()].concat()
}
