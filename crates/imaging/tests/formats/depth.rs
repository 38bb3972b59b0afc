//! Pictures at the depth of the scan, in and out.

use std::fs;
use std::io::Cursor;

use fovea_imaging::{
    Bscan, Budget, NiftiPacking, Volume, encode_nifti_volume, encode_png_deep, encode_tiff_volume,
    read_bytes_deep, read_path,
};
use fovea_test_data::Python;
use image::ImageFormat;
use tiff::encoder::{Rational, TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::build::{by_image, gradient, marked, png_gray, samples_f64};

fn read(bytes: &[u8]) -> Volume {
    read_bytes_deep(bytes, &Budget::default()).expect("a whole picture")
}

fn all_samples(volume: &Volume) -> Vec<f64> {
    volume.bscans.iter().flat_map(samples_f64).collect()
}

fn depths() -> [Volume; 3] {
    [
        marked(0, |v| v as f32),
        marked(1, |v| v as f32 * 300.0),
        marked(2, |v| v as f32 - 60.5),
    ]
}

#[test]
fn tiff_keeps_depth_and_spacing() {
    for volume in depths() {
        let bytes = encode_tiff_volume(&volume).expect("writes");
        assert_eq!(bytes, encode_tiff_volume(&volume).expect("writes"));
        let back = read(&bytes);
        assert_eq!(all_samples(&back), all_samples(&volume));
        assert_eq!(back.spacing_um, volume.spacing_um);
        let said = back.warnings.iter().filter(|w| !w.starts_with("Values"));
        assert_eq!(said.count(), 0, "{:?}", back.warnings);
    }
    let mut bare = marked(1, |v| v as f32);
    bare.spacing_um = None;
    assert_eq!(
        read(&encode_tiff_volume(&bare).expect("writes")).spacing_um,
        None
    );
}

#[test]
fn png_keeps_depth() {
    let [eight, sixteen, float] = depths();
    for volume in [eight, sixteen] {
        for bscan in &volume.bscans {
            let back = read(&encode_png_deep(bscan).expect("writes"));
            assert_eq!(samples_f64(&back.bscans[0]), samples_f64(bscan));
        }
    }
    assert_eq!(
        encode_png_deep(&float.bscans[0])
            .expect_err("floats")
            .to_string(),
        "PNG cannot hold samples of 32-bit floats, which TIFF can; nothing was written."
    );
}

#[test]
fn pictures_read_the_same_elsewhere() {
    let Some(python) = Python::find("pictures_read_the_same_elsewhere") else {
        return;
    };
    let script = "
import sys, json, numpy as np
from PIL import Image, ImageSequence
out = []
for path in sys.argv[1:]:
    image = Image.open(path)
    pages = [np.asarray(page).astype(float) for page in ImageSequence.Iterator(image)]
    out.append(np.stack(pages).ravel().tolist())
print(json.dumps(out))
";
    let folder = tempfile::tempdir().expect("temporary folder");
    let volumes = depths();
    let mut paths = Vec::new();
    let mut expected = Vec::new();
    for (index, volume) in volumes.iter().enumerate() {
        let path = folder.path().join(format!("{index}.tif"));
        fs::write(&path, encode_tiff_volume(volume).expect("writes")).expect("writes");
        paths.push(path);
        expected.push(all_samples(volume));
    }
    let path = folder.path().join("one.png");
    fs::write(
        &path,
        encode_png_deep(&volumes[1].bscans[1]).expect("writes"),
    )
    .expect("writes");
    paths.push(path);
    expected.push(samples_f64(&volumes[1].bscans[1]));
    assert_eq!(python.run(script, &paths), serde_json::json!(expected));
}

/// A B-scan of fewer bits among deeper ones keeps its values; one that is incomplete is refused by every writer.
#[test]
fn mixed_and_broken_volumes() {
    let mut mixed = marked(2, |v| v as f32);
    mixed.bscans[1] = marked(0, |v| v as f32).bscans.swap_remove(1);
    let back = read(&encode_tiff_volume(&mixed).expect("writes"));
    assert_eq!(all_samples(&back), all_samples(&mixed));

    let mut broken = marked(0, |v| v as f32);
    broken.bscans[2].pixels.pop();
    let mut uneven = marked(0, |v| v as f32);
    uneven.bscans[2] = Bscan::new(fovea_geometry::SizePx::new(4, 5), vec![0; 20]);
    let mut empty = marked(0, |v| v as f32);
    empty.bscans.clear();
    for volume in [broken, uneven, empty] {
        assert!(encode_tiff_volume(&volume).is_err());
        assert!(encode_nifti_volume(&volume, NiftiPacking::Plain).is_err());
    }
}

fn tiff_with(
    tags: impl Fn(
        &mut tiff::encoder::DirectoryEncoder<
            '_,
            &mut Cursor<Vec<u8>>,
            tiff::encoder::TiffKindStandard,
        >,
    ),
) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).expect("writes to memory");
    let mut image = encoder.new_image::<colortype::Gray8>(4, 3).expect("a size");
    tags(image.encoder());
    image.write_data(&gradient(4, 3)).expect("data fits");
    bytes.into_inner()
}

#[test]
fn dots_of_paper_are_no_spacing() {
    let bytes = tiff_with(|directory| {
        for tag in [Tag::XResolution, Tag::YResolution] {
            directory
                .write_tag(tag, Rational { n: 96, d: 1 })
                .expect("a tag");
        }
        directory
            .write_tag(Tag::ImageDescription, "CANARY^JANE unit=um")
            .expect("a tag");
    });
    let volume = read(&bytes);
    assert_eq!(volume.spacing_um, None);
    assert!(!format!("{volume:?}").contains("CANARY"));
}

#[test]
fn a_wish_to_be_turned_is_told() {
    let told = |volume: &Volume| {
        volume
            .warnings
            .iter()
            .any(|w| w.contains("asks to be turned"))
    };
    for (orientation, expected) in [(1u16, false), (3, true), (6, true), (9, false)] {
        let tiff = tiff_with(|directory| {
            directory
                .write_tag(Tag::Orientation, orientation)
                .expect("a tag")
        });
        let jpeg = with_exif(&by_image(4, 3, ImageFormat::Jpeg), orientation);
        let png = png_with_exif(&png_gray(4, 3), orientation);
        for (bytes, is_exact) in [(tiff, true), (png, true), (jpeg, false)] {
            let volume = read(&bytes);
            assert_eq!(
                told(&volume),
                expected,
                "{orientation}: {:?}",
                volume.warnings
            );
            // Never turned, whatever the tag.
            let pixels = &volume.bscans[0].pixels;
            assert!(!is_exact || *pixels == gradient(4, 3), "{orientation}");
        }
    }
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, orientation) in [("1.jpg", 1), ("2.jpg", 3)] {
        let bytes = with_exif(&by_image(4, 3, ImageFormat::Jpeg), orientation);
        fs::write(folder.path().join(name), bytes).expect("writes");
    }
    let volume = read_path(folder.path(), &Budget::default()).expect("two pictures");
    assert!(
        told(&volume) && volume.warnings[0].starts_with("JPEG is lossy"),
        "{:?}",
        volume.warnings
    );
}

/// The head of an Exif block with an orientation.
fn exif(orientation: u16) -> Vec<u8> {
    let mut exif = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
    exif.extend_from_slice(&orientation.to_be_bytes());
    exif.extend_from_slice(&[0; 6]);
    exif
}

/// An APP1 segment with an orientation right behind the start of the picture.
fn with_exif(jpeg: &[u8], orientation: u16) -> Vec<u8> {
    let exif = [b"Exif\0\0", &exif(orientation)[..]].concat();
    let length = (exif.len() as u16 + 2).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

/// An `eXIf` chunk with an orientation behind the pixels, whose checksum nobody looks at.
fn png_with_exif(png: &[u8], orientation: u16) -> Vec<u8> {
    let exif = exif(orientation);
    let (picture, end) = png.split_at(png.len() - 12);
    let length = (exif.len() as u32).to_be_bytes();
    [picture, &length, b"eXIf", &exif, &[0; 4], end].concat()
}
