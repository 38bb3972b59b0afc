//! Files that are no scans, made here byte by byte.

use fovea_phantom::PhantomParams;

/// A bad file, and what the refusal must mention.
pub(crate) struct BadScan {
    pub name: &'static str,
    pub file_name: &'static str,
    pub bytes: Vec<u8>,
    /// One of these words must be in the sentence.
    pub hints: &'static [&'static str],
}

/// A B-scan of a phantom as PNG.
pub(crate) fn good_png() -> Vec<u8> {
    let phantom = fovea_phantom::generate(3, &PhantomParams::normal());
    let bscan = &phantom.volume.bscans[0];
    fovea_imaging::encode_png_gray8(bscan.size, &bscan.pixels).expect("the phantom fits a PNG")
}

/// Every kind of bad file that a person may choose.
pub(crate) fn cases() -> Vec<BadScan> {
    let png = good_png();
    let case = |name, file_name, bytes, hints| BadScan {
        name,
        file_name,
        bytes,
        hints,
    };
    vec![
        case("an empty file", "empty.png", Vec::new(), &["is empty"]),
        case(
            "a truncated PNG",
            "cut.png",
            png[..png.len() / 2].to_vec(),
            &["cut off", "damaged"],
        ),
        case(
            "a PNG of 40,000 px squared",
            "huge.png",
            huge_png(),
            &["over the limit"],
        ),
        case(
            "a text called PNG",
            "text.png",
            b"dear reader, no picture\n".to_vec(),
            &["no format"],
        ),
        case(
            "a program called TIFF",
            "program.tiff",
            b"\x7fELF\x02\x01\x01\0 etc".to_vec(),
            &["no format"],
        ),
        case(
            "a TIFF that is cut off",
            "cut.tif",
            b"II*\0\xff\xff\xff\x00".to_vec(),
            &["cut off", "damaged"],
        ),
        case(
            "a .vol of impossible sizes",
            "big.vol",
            vol_header(-1, i32::MAX, 1 << 30),
            &["over the limit", "damaged"],
        ),
        case(
            "a .vol of nothing",
            "nothing.vol",
            vol_header(0, 0, 0),
            &["no pixel", "damaged"],
        ),
        case(
            "a .vol without its pixels",
            "cut.vol",
            vol_header(512, 19, 496),
            &["cut off", "damaged"],
        ),
        case(
            "a foreign file called .vol",
            "foreign.vol",
            vec![0x55; 4096],
            &["no format"],
        ),
    ]
}

/// A valid PNG header that promises 40,000 × 40,000 pixels, and no pixels.
fn huge_png() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(40_000u32.to_be_bytes());
    header.extend(40_000u32.to_be_bytes());
    header.extend([8, 0, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [
        header,
        b"IDAT\x78\x9c\x03\x00\x00\x00\x00\x01".to_vec(),
        b"IEND".to_vec(),
    ] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    png
}

/// The header of a Heidelberg .vol: "HSF-OCT-", version, then A-scans, B-scans and depth as 32-bit integers.
fn vol_header(ascans: i32, bscans: i32, depth: i32) -> Vec<u8> {
    let mut header = vec![0u8; 2048];
    header[..11].copy_from_slice(b"HSF-OCT-103");
    for (at, value) in [(12, ascans), (16, bscans), (20, depth)] {
        header[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }
    header
}

/// The checksum of PNG chunks (PNG specification, annex D), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| {
        if crc & 1 == 1 {
            0xedb8_8320 ^ (crc >> 1)
        } else {
            crc >> 1
        }
    };
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc))
    })
}
