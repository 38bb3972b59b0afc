//! Pictures of every kind, one or many, and folders of them.

use std::fs;

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, SourceFormat, Volume, encode_png_gray8, read_bytes, read_path};
use image::ImageFormat;
use png::{BitDepth, ColorType};
use tiff::encoder::colortype;

use crate::build::{by_image, gradient, png, png_gray, tiff, tiff_gray, vol};

fn read(bytes: &[u8]) -> Volume {
    read_bytes(bytes, &Budget::default()).expect("a whole picture")
}

#[test]
fn each_kind_of_picture_becomes_gray() {
    use SourceFormat::{Bmp, Jpeg, Png, Tiff};
    let eight = |color, data: &[u8]| png(2, 1, color, BitDepth::Eight, data);
    let cases: [(&str, Vec<u8>, SourceFormat, &[u8]); 15] = [
        (
            "gray",
            eight(ColorType::Grayscale, &[5, 250]),
            Png,
            &[5, 250],
        ),
        (
            "gray and alpha",
            eight(ColorType::GrayscaleAlpha, &[5, 0, 250, 255]),
            Png,
            &[5, 250],
        ),
        (
            "red and green",
            eight(ColorType::Rgb, &[255, 0, 0, 0, 255, 0]),
            Png,
            &[54, 182],
        ),
        (
            "gray as colour with alpha",
            eight(ColorType::Rgba, &[9, 9, 9, 0, 77, 77, 77, 9]),
            Png,
            &[9, 77],
        ),
        (
            "palette",
            eight(ColorType::Indexed, &[0, 200]),
            Png,
            &[255, 55],
        ),
        (
            "one bit",
            png(2, 1, ColorType::Grayscale, BitDepth::One, &[0b0100_0000]),
            Png,
            &[0, 255],
        ),
        (
            "16 bits",
            png(
                2,
                1,
                ColorType::Grayscale,
                BitDepth::Sixteen,
                &[1, 255, 255, 0],
            ),
            Png,
            &[1, 255],
        ),
        (
            "12 bits in 16",
            png(
                2,
                1,
                ColorType::Grayscale,
                BitDepth::Sixteen,
                &[0, 32, 15, 255],
            ),
            Png,
            &[2, 255],
        ),
        (
            "TIFF 8",
            tiff::<colortype::Gray8>(2, 1, &[&[5, 250]]),
            Tiff,
            &[5, 250],
        ),
        (
            "TIFF 16",
            tiff::<colortype::Gray16>(2, 1, &[&[256, 65_535]]),
            Tiff,
            &[1, 255],
        ),
        (
            "TIFF float",
            tiff::<colortype::Gray32Float>(2, 1, &[&[0.0, 1.0]]),
            Tiff,
            &[0, 255],
        ),
        (
            "TIFF double",
            tiff::<colortype::Gray64Float>(2, 1, &[&[0.0, 99.0]]),
            Tiff,
            &[0, 99],
        ),
        (
            "TIFF signed",
            tiff::<colortype::GrayI16>(2, 1, &[&[-5, 5]]),
            Tiff,
            &[0, 255],
        ),
        (
            "TIFF colour",
            tiff::<colortype::RGB8>(2, 1, &[&[0, 255, 0, 8, 8, 8]]),
            Tiff,
            &[182, 8],
        ),
        ("BMP", by_image(2, 1, ImageFormat::Bmp), Bmp, &[0, 7]),
    ];
    for (name, bytes, format, expected) in cases {
        let volume = read(&bytes);
        assert_eq!((volume.format, volume.bscans.len()), (format, 1), "{name}");
        assert_eq!(volume.bscans[0].pixels, expected, "{name}");
    }
    let jpeg = read(&by_image(16, 8, ImageFormat::Jpeg));
    assert_eq!(
        (jpeg.format, jpeg.bscan_size(), jpeg.warnings.len()),
        (Jpeg, SizePx::new(16, 8), 1)
    );
}

#[test]
fn the_top_row_stays_on_top() {
    for bytes in [
        png_gray(5, 4),
        tiff_gray(5, 4),
        by_image(5, 4, ImageFormat::Bmp),
    ] {
        assert_eq!(read(&bytes).bscans[0].pixels, gradient(5, 4));
    }
}

#[test]
fn pages_become_bscans_under_one_display_rule() {
    let volume = read(&tiff::<colortype::Gray16>(
        2,
        1,
        &[&[0, 1023], &[4, 1000], &[512, 2]],
    ));
    let pixels: Vec<&[u8]> = volume
        .bscans
        .iter()
        .map(|bscan| bscan.pixels.as_slice())
        .collect();
    assert_eq!(pixels, [&[0, 255], &[1, 250], &[128, 0]]);
    assert_eq!(
        volume.warnings,
        ["Values of 10 bits are shown with 8; the lowest 2 are dropped."]
    );
}

#[test]
fn a_folder_is_a_volume_in_natural_order() {
    let folder = tempfile::tempdir().expect("temporary folder");
    for (name, gray) in [
        ("b10.png", 10),
        ("b2.png", 2),
        ("b1.png", 1),
        (".hidden.png", 99),
    ] {
        let bytes = encode_png_gray8(SizePx::new(2, 1), &[gray, gray]).expect("encodes");
        fs::write(folder.path().join(name), bytes).expect("writes");
    }
    fs::write(folder.path().join("notes.txt"), "left out").expect("writes");
    fs::create_dir(folder.path().join("masks")).expect("creates");
    let volume = read_path(folder.path(), &Budget::default()).expect("a volume");
    let grays: Vec<u8> = volume.bscans.iter().map(|bscan| bscan.pixels[0]).collect();
    assert_eq!(
        (volume.format, grays),
        (SourceFormat::Folder, vec![1, 2, 10])
    );
    assert_eq!(
        volume.warnings,
        ["1 file of the folder is no picture and was left out."]
    );
}

#[test]
fn a_folder_that_is_no_volume_is_refused_whole() {
    let good = png_gray(4, 3);
    type Files<'a> = &'a [(&'a str, &'a [u8])];
    let cases: [(&str, Files, &str); 6] = [
        ("nothing in it", &[], "The folder holds no picture"),
        (
            "no picture in it",
            &[("a.txt", b"text")],
            "The folder holds no picture",
        ),
        (
            "two sizes",
            &[("a.png", &good), ("b.png", &png_gray(3, 4))],
            "a.png is 4×3 px but b.png is 3×4 px",
        ),
        (
            "a damaged one",
            &[("a.png", &good), ("b.png", &good[..40])],
            "In b.png: The PNG file is cut off at byte 40",
        ),
        (
            "an empty one",
            &[("a.png", &good), ("b.png", b"")],
            "In b.png: The file is empty",
        ),
        (
            "a volume among them",
            &[("a.png", &good), ("b.vol", &vol())],
            "In b.vol: The scan file has a volume of its own",
        ),
    ];
    for (name, files, expected) in cases {
        let folder = tempfile::tempdir().expect("temporary folder");
        for (file, bytes) in files {
            fs::write(folder.path().join(file), bytes).expect("writes");
        }
        let error = read_path(folder.path(), &Budget::default())
            .expect_err(name)
            .to_string();
        assert!(error.starts_with(expected), "{name}: {error}");
    }
}
