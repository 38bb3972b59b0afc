//! What a person reads when a file is refused: what is wrong, where, and what to do.

use fovea_imaging::{Budget, read_bytes, read_path};
use png::{BitDepth, ColorType};
use tiff::encoder::colortype;

use crate::build::{gradient, png, png_gray, tiff, tiff_gray, vol};

fn patched(mut bytes: Vec<u8>, offset: usize, value: &[u8]) -> Vec<u8> {
    bytes[offset..offset + value.len()].copy_from_slice(value);
    bytes
}

/// A PNG of nothing but a header, with its checksum.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut chunk = b"IHDR".to_vec();
    chunk.extend_from_slice(&width.to_be_bytes());
    chunk.extend_from_slice(&height.to_be_bytes());
    chunk.extend_from_slice(&[8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend_from_slice(&chunk);
    bytes.extend_from_slice(&crc32(&chunk).to_be_bytes());
    // A data chunk of no use, so that the header is not the end.
    bytes.extend_from_slice(b"\0\0\0\x08IDAT\x78\x9c\x03\0\0\0\0\x01");
    bytes.extend_from_slice(&crc32(b"IDAT\x78\x9c\x03\0\0\0\0\x01").to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| {
        if crc & 1 == 1 {
            (crc >> 1) ^ 0xedb8_8320
        } else {
            crc >> 1
        }
    };
    !bytes
        .iter()
        .fold(!0u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let u32_le = |value: u32| value.to_le_bytes();
    let bscan_header = 2048 + 54;
    let two_sizes = {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut encoder = tiff::encoder::TiffEncoder::new(&mut bytes).expect("writes to memory");
        encoder
            .write_image::<colortype::Gray8>(4, 4, &gradient(4, 4))
            .expect("fits");
        encoder
            .write_image::<colortype::Gray8>(5, 4, &gradient(5, 4))
            .expect("fits");
        bytes.into_inner()
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        (
            "0 bytes",
            vec![],
            "The file is empty (0 bytes); copy it again from where it was made.",
        ),
        (
            "text",
            b"hello world".to_vec(),
            "The file starts with bytes 68 65 6c 6c 6f 20 77 6f, which is no format that Fovea knows; choose a scan of a Heidelberg or Topcon device, a DICOM, NIfTI, MetaImage or Matlab file, a TIFF, PNG, BMP or JPEG picture, or a folder of pictures.",
        ),
        (
            "40,000² PNG header",
            png_header(40_000, 40_000),
            "The PNG picture declares 40000×40000 px, over the limit of 16384 px a side; check the file, or split it into smaller parts.",
        ),
        (
            "a large PNG with no data",
            png_header(16_000, 16_000),
            "The PNG file is cut off at byte 53, inside the picture data; copy it again from where it was made.",
        ),
        (
            "PNG without columns",
            patched(png_gray(4, 4), 16, &[0; 4]),
            "The PNG file is damaged near byte ",
        ),
        (
            "cut PNG",
            png_gray(30, 30)[..60].to_vec(),
            "The PNG file is cut off at byte 60, inside the picture data; copy it again",
        ),
        (
            "cut TIFF",
            tiff_gray(30, 30)[..100].to_vec(),
            "The TIFF file is cut off at byte 100, inside a directory or the picture data; copy it again",
        ),
        (
            "pages of two sizes",
            two_sizes,
            "Page 1 is 4×4 px but Page 2 is 5×4 px, and the B-scans of one volume must be of one size; put them in separate folders.",
        ),
        (
            "CMYK TIFF",
            tiff::<colortype::CMYK8>(1, 1, &[&[1, 2, 3, 4]]),
            "The TIFF file has pixels of kind CMYK(8), which Fovea does not read; save it as 8-bit or 16-bit gray, or as RGB, and import that.",
        ),
        (
            "cut JPEG",
            b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(),
            "The JPEG file is cut off at byte 10, inside the picture data; copy it again",
        ),
        (
            "cut .vol",
            vol()[..1000].to_vec(),
            "The Heidelberg .vol file is cut off at byte 1000, inside the file header of 2048 bytes; copy it again",
        ),
        (
            ".vol with a side too long",
            patched(vol(), 12, &u32_le(70_000)),
            "A B-scan of the .vol file (bytes 12 to 24) declares 70000×12 px, over the limit of 16384 px a side; check the file",
        ),
        (
            ".vol without rows",
            patched(vol(), 20, &u32_le(0)),
            "A B-scan of the .vol file (bytes 12 to 24) is 16×0 px and so holds no pixel; export it again from the device.",
        ),
        (
            ".vol without B-scans",
            patched(vol(), 16, &u32_le(0)),
            "The Heidelberg .vol file is damaged near byte 16: it declares no B-scan; export it again or use another copy.",
        ),
        (
            ".vol with a million B-scans",
            patched(vol(), 16, &u32_le(1_000_000)),
            "The .vol file (byte 16) declares 1000000 frames, over the limit of 20000 frames; check",
        ),
        (
            ".vol with more B-scans than it holds",
            patched(vol(), 16, &u32_le(9)),
            "The Heidelberg .vol file is cut off at byte 6326, inside 9 B-scans of 16×12 px, which take at least 11318 bytes; copy",
        ),
        (
            ".vol with one B-scan more than it holds",
            patched(vol(), 16, &u32_le(3)),
            "The Heidelberg .vol file is cut off at byte 6326, inside B-scan 3 of 3; copy",
        ),
        (
            ".vol larger than the budget",
            patched(
                patched(vol(), 12, &[0, 64, 0, 0, 0, 8, 0, 0, 0, 64, 0, 0]),
                48,
                &[0; 8],
            ),
            "The .vol file declares 2097152.0 MiB, over the limit of 4096.0 MiB; check",
        ),
        (
            ".vol with a header too small",
            patched(vol(), bscan_header + 12, &u32_le(300)),
            "The Heidelberg .vol file is damaged near byte 2114: B-scan 1 of 2 declares a header of 300 bytes, too small for its 17 lines; export it again",
        ),
        (
            ".vol with a header beyond the end",
            patched(vol(), bscan_header + 12, &u32_le(u32::MAX)),
            "The Heidelberg .vol file is cut off at byte 6326, inside B-scan 1 of 2; copy",
        ),
        (
            "one-bit TIFF",
            png(1, 1, ColorType::Grayscale, BitDepth::Eight, &[1])[..8].to_vec(),
            "The PNG file is cut off at byte 8, inside the picture data",
        ),
    ];
    for (name, bytes, expected) in cases {
        let error = read_bytes(&bytes, &Budget::default())
            .expect_err(name)
            .to_string();
        assert!(
            error.starts_with(expected),
            "{name}:\n  found    {error}\n  expected {expected}"
        );
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read_path("no/such/scan.png".as_ref(), &Budget::default())
        .expect_err("it is not there")
        .to_string();
    assert!(
        error.starts_with("Cannot read no/such/scan.png: "),
        "{error}"
    );
    assert!(
        error.ends_with("check that it exists and that you may read it."),
        "{error}"
    );
}

#[test]
fn a_file_over_the_limit_is_not_read() {
    let file = tempfile::NamedTempFile::new().expect("temporary file");
    std::fs::write(file.path(), png_gray(40, 40)).expect("writes");
    let budget = Budget {
        max_file_bytes: 100,
        ..Budget::default()
    };
    let error = read_path(file.path(), &budget)
        .expect_err("too large")
        .to_string();
    assert!(
        error.starts_with("The file declares ") && error.contains("over the limit of 100 bytes"),
        "{error}"
    );
}
