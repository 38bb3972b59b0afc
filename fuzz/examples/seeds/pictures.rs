//! Pictures of other kinds, frames of DICOM without their file, and folders.

use std::io::Cursor;

use fovea_phantom::GRADIENT_J2C;
use image::{DynamicImage, GrayImage, ImageFormat};

use crate::{Outcome, seed};

const WIDTH: u32 = 16;
const HEIGHT: u32 = 12;

/// `png` is one picture of a folder.
pub(super) fn write(png: &[u8]) -> Outcome<()> {
    let gray = GrayImage::from_fn(WIDTH, HEIGHT, |x, y| image::Luma([(x * 15 + y) as u8]));
    let colour = DynamicImage::from(gray.clone()).into_rgb8();
    let jpeg = encoded(gray.clone().into(), ImageFormat::Jpeg)?;
    seed(
        "bmp",
        "gray",
        &encoded(gray.clone().into(), ImageFormat::Bmp)?,
    )?;
    seed(
        "bmp",
        "colour",
        &encoded(colour.clone().into(), ImageFormat::Bmp)?,
    )?;
    seed("jpeg", "gray", &jpeg)?;
    seed(
        "jpeg",
        "colour",
        &encoded(colour.into(), ImageFormat::Jpeg)?,
    )?;
    seed("dicom_frame", "rle", &[&[0], &rle(&gray)[..]].concat())?;
    seed("dicom_frame", "jpeg", &[&[1], &jpeg[..]].concat())?;
    seed("dicom_frame", "jpeg_2000", &[&[4], GRADIENT_J2C].concat())?;
    let name: &[u8] = b"notes";
    seed(
        "folder",
        "pictures",
        &[file(0, png), file(0, png), file(5, name)].concat(),
    )?;
    let labels = br#"{"shapes":[{"label":"cyst","points":[[0,0],[3,0],[3,2]],"shape_type":"polygon"}],"imageHeight":10,"imageWidth":12}"#;
    seed(
        "folder",
        "labelled",
        &[file(0, png), file(4, labels)].concat(),
    )
}

fn encoded(picture: DynamicImage, format: ImageFormat) -> Outcome<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format)?;
    Ok(bytes.into_inner())
}

/// PackBits of literal runs behind the header of one byte plane.
fn rle(gray: &GrayImage) -> Vec<u8> {
    let mut plane = vec![0; 64];
    (plane[0], plane[4]) = (1, 64);
    for run in gray.chunks(128) {
        plane.push(run.len() as u8 - 1);
        plane.extend_from_slice(run);
    }
    plane
}

/// A file as the target takes folders apart.
fn file(kind: u8, content: &[u8]) -> Vec<u8> {
    let [low, high] = (content.len() as u16).to_le_bytes();
    [&[kind, low, high], content].concat()
}
