//! TIFFs of kinds that the encoder at hand does not write, built tag by tag.

use fovea_imaging::{Budget, Volume, read_bytes, read_bytes_deep};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use tiff::encoder::colortype;

use crate::build::{gradient, tiff};

const DESCRIPTION: u16 = 270;
const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const SAMPLES: u16 = 277;
const PLANES: u16 = 284;
const PREDICTOR: u16 = 317;
const COLOR_MAP: u16 = 320;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const EXTRA_SAMPLES: u16 = 338;
const JPEG_TABLES: u16 = 347;
const IMAGE_DEPTH: u16 = 32_997;

/// One page in strips, or in tiles where their width is among the tags: values as SHORT, offsets as LONG.
fn page(tags: &[(u16, &[u16])], description: &str, chunks: &[Vec<u8>]) -> Vec<u8> {
    let text = [description.as_bytes(), b"\0"].concat();
    let ascii = (DESCRIPTION, 2, &text[..]);
    page_with(tags, Some(ascii).filter(|_| text.len() > 1), chunks)
}

/// The same with one tag of bytes: its number, its type and its value.
fn page_with(
    tags: &[(u16, &[u16])],
    tag_of_bytes: Option<(u16, u16, &[u8])>,
    chunks: &[Vec<u8>],
) -> Vec<u8> {
    let mut bytes = b"II*\0\0\0\0\0".to_vec();
    let longs = |values: &[u32]| values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let mut starts = Vec::new();
    for chunk in chunks {
        starts.push(bytes.len() as u32);
        bytes.extend_from_slice(chunk);
    }
    let lengths: Vec<u32> = chunks.iter().map(|chunk| chunk.len() as u32).collect();
    let is_tiled = tags.iter().any(|(tag, _)| *tag == TILE_WIDTH);
    let (starts_tag, lengths_tag) = if is_tiled { (324, 325) } else { (273, 279) };
    let mut entries: Vec<(u16, u16, usize, Vec<u8>)> = vec![
        (starts_tag, 4, chunks.len(), longs(&starts)),
        (lengths_tag, 4, chunks.len(), longs(&lengths)),
    ];
    for (tag, values) in tags {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        entries.push((*tag, 3, values.len(), raw));
    }
    if let Some((tag, kind, value)) = tag_of_bytes {
        entries.push((tag, kind, value.len(), value.to_vec()));
    }
    entries.sort();
    let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
    for (tag, kind, count, mut raw) in entries {
        directory.extend_from_slice(&tag.to_le_bytes());
        directory.extend_from_slice(&kind.to_le_bytes());
        directory.extend_from_slice(&(count as u32).to_le_bytes());
        if raw.len() > 4 {
            let at = bytes.len() as u32;
            bytes.append(&mut raw);
            raw = at.to_le_bytes().to_vec();
        }
        raw.resize(4, 0);
        directory.extend_from_slice(&raw);
    }
    let at = (bytes.len() as u32).to_le_bytes();
    bytes[4..8].copy_from_slice(&at);
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

/// LZW without a dictionary: every byte as its own code of nine bits, cleared before codes grow longer.
fn lzw(bytes: &[u8]) -> Vec<u8> {
    const CLEAR: u16 = 256;
    const END: u16 = 257;
    let mut codes = Vec::new();
    for run in bytes.chunks(200) {
        codes.push(CLEAR);
        codes.extend(run.iter().map(|byte| u16::from(*byte)));
    }
    codes.push(END);
    let (mut packed, mut register, mut held) = (Vec::new(), 0u32, 0);
    for code in codes {
        register = register << 9 | u32::from(code);
        held += 9;
        while held >= 8 {
            held -= 8;
            packed.push((register >> held) as u8);
        }
    }
    packed.push((register << (8 - held)) as u8);
    packed
}

/// The tiles of a page, row by row; beyond its edges they hold 7. `predicted` stores the steps between columns.
fn tiles(pixels: &[u8], size: [usize; 2], tile: [usize; 2], predicted: bool) -> Vec<Vec<u8>> {
    let [width, height] = size;
    let mut tiles = Vec::new();
    for top in (0..height).step_by(tile[1]) {
        for left in (0..width).step_by(tile[0]) {
            let mut bytes = Vec::new();
            for y in top..top + tile[1] {
                let at = |x: usize| {
                    if x < width && y < height {
                        pixels[y * width + x]
                    } else {
                        7
                    }
                };
                let mut before = 0;
                for x in left..left + tile[0] {
                    bytes.push(if predicted {
                        at(x).wrapping_sub(before)
                    } else {
                        at(x)
                    });
                    before = at(x);
                }
            }
            tiles.push(lzw(&bytes));
        }
    }
    tiles
}

fn read(bytes: &[u8]) -> Volume {
    read_bytes_deep(bytes, &Budget::default()).expect("a whole picture")
}

fn refusal(bytes: &[u8]) -> String {
    let error = read_bytes(bytes, &Budget::default()).expect_err("no volume");
    error.to_string()
}

fn gray(width: u16, height: u16) -> Vec<(u16, &'static [u16])> {
    let leak = |value: u16| -> &'static [u16] { Vec::leak(vec![value]) };
    vec![
        (WIDTH, leak(width)),
        (HEIGHT, leak(height)),
        (BITS, &[8]),
        (PHOTOMETRIC, &[1]),
    ]
}

/// A gray page in LZW tiles of 16 × 16.
pub(crate) fn tiled(pixels: &[u8], width: u16, height: u16, predicted: bool) -> Vec<u8> {
    let chunks = tiles(pixels, [width.into(), height.into()], [16, 16], predicted);
    let mut tags = gray(width, height);
    tags.extend([
        (COMPRESSION, &[5][..]),
        (TILE_WIDTH, &[16]),
        (TILE_HEIGHT, &[16]),
    ]);
    tags.push((PREDICTOR, if predicted { &[2] } else { &[1] }));
    page(&tags, "", &chunks)
}

/// A page of 48 × 40 px in one strip that is a JPEG of three channels, whose tables may stand apart.
pub(crate) fn with_jpeg(jpeg: &[u8], tables: Option<&[u8]>) -> Vec<u8> {
    let tags: [(u16, &[u16]); 6] = [
        (WIDTH, &[48]),
        (HEIGHT, &[40]),
        (BITS, &[8, 8, 8]),
        (COMPRESSION, &[7]),
        (PHOTOMETRIC, &[2]),
        (SAMPLES, &[3]),
    ];
    let undefined = tables.map(|tables| (JPEG_TABLES, 7, tables));
    page_with(&tags, undefined, &[jpeg.to_vec()])
}

/// Two pixels, of the first and the two hundredth colour.
pub(crate) fn with_palette(map: &[u16]) -> Vec<u8> {
    let mut tags: Vec<(u16, &[u16])> = gray(2, 1);
    tags.retain(|(tag, _)| *tag != PHOTOMETRIC);
    tags.extend([(PHOTOMETRIC, &[3][..]), (COLOR_MAP, map)]);
    page(&tags, "", &[vec![0, 200]])
}

#[test]
fn lzw_tiles_are_read_at_every_width() {
    for width in 1..=49 {
        for predicted in [false, true] {
            let pixels = gradient(width.into(), 21);
            let volume = read(&tiled(&pixels, width, 21, predicted));
            assert_eq!(volume.bscans[0].pixels, pixels, "{width} {predicted}");
        }
    }
}

#[test]
fn colours_in_separate_planes_are_refused_as_such() {
    let mut tags = gray(20, 20);
    tags.retain(|(tag, _)| *tag != BITS);
    tags.extend([(BITS, &[8, 8][..]), (SAMPLES, &[2]), (EXTRA_SAMPLES, &[2])]);
    tags.extend([(COMPRESSION, &[5][..]), (PLANES, &[2])]);
    tags.extend([(TILE_WIDTH, &[16][..]), (TILE_HEIGHT, &[16])]);
    let plane = tiles(&gradient(20, 20), [20, 20], [16, 16], false);
    let said = refusal(&page(&tags, "", &[&plane[..], &plane].concat()));
    assert!(
        said.starts_with("The TIFF file has its colours in separate planes"),
        "{said}"
    );
}

#[test]
fn packed_pixels_that_end_early_are_no_cut() {
    let mut tags = gray(20, 20);
    tags.push((COMPRESSION, &[5]));
    let file = page(&tags, "", &[lzw(&[1; 399])]);
    let said = refusal(&file);
    assert!(
        said.starts_with("The TIFF file is damaged near byte ")
            && said.contains("its packed pixels end before the picture is full"),
        "{said}"
    );
}

#[test]
fn images_without_a_directory_are_never_dropped() {
    let stack = vec![gradient(60, 200)];
    let imagej = "ImageJ=1.54f\nimages=5\nslices=5\n";
    let tifffile = r#"{"shape": [5, 40, 60], "truncated": true}"#;
    let mut deep = gray(60, 40);
    deep.push((IMAGE_DEPTH, &[5]));
    let refused =
        "The TIFF file has 5 images behind each other of which 1 can be found by a directory";
    for (name, tags, description) in [
        ("ImageJ", gray(60, 40), imagej),
        ("tifffile", gray(60, 40), tifffile),
        ("a depth", deep, ""),
    ] {
        let said = refusal(&page(&tags, description, &stack));
        assert!(said.starts_with(refused), "{name}: {said}");
    }
    // The description outlived the pages.
    for description in [imagej, tifffile] {
        let alone = read(&page(&gray(60, 40), description, &[gradient(60, 40)]));
        assert_eq!(alone.bscans[0].pixels, gradient(60, 40));
        assert!(
            alone.warnings[0].contains("counts 5 images, but 1 were found"),
            "{:?}",
            alone.warnings
        );
    }
    let whole = r#"{"shape": [40, 60]}"#;
    let whole = read(&page(&gray(60, 40), whole, &[gradient(60, 40)]));
    assert!(whole.warnings.is_empty(), "{:?}", whole.warnings);
}

#[test]
fn gray_with_a_second_channel_is_gray() {
    for (kind, is_told) in [(1, false), (2, false), (0, true)] {
        let kinds = [kind];
        let mut tags = gray(2, 1);
        tags.retain(|(tag, _)| *tag != BITS);
        tags.extend([
            (BITS, &[8, 8][..]),
            (SAMPLES, &[2]),
            (EXTRA_SAMPLES, &kinds),
        ]);
        let volume = read(&page(&tags, "", &[vec![5, 255, 250, 0]]));
        assert_eq!(volume.bscans[0].pixels, [5, 250]);
        let told = volume.warnings.join(" ").contains("second channel");
        assert_eq!(told, is_told, "{kind}: {:?}", volume.warnings);
    }
}

#[test]
fn a_palette_is_looked_up() {
    let full: Vec<u16> = (0..768).map(|i| (255 - i % 256) * 257).collect();
    let low: Vec<u16> = (0..768).map(|i| 255 - i % 256).collect();
    let colours: Vec<u16> = (0..768).map(|i| if i < 256 { 65_535 } else { 0 }).collect();
    let cases: [(&[u16], [u8; 2]); 3] =
        [(&full, [255, 55]), (&low, [255, 55]), (&colours, [54, 54])];
    for (map, expected) in cases {
        assert_eq!(read(&with_palette(map)).bscans[0].pixels, expected);
    }
    let said = refusal(&with_palette(&full[..48]));
    assert!(
        said.starts_with("The TIFF file has a palette of other than 256 colours"),
        "{said}"
    );
}

#[test]
fn jpeg_inside_is_told() {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90)
        .write_image(&[99; 128], 16, 8, ExtendedColorType::L8)
        .expect("writes to memory");
    let mut tags = gray(16, 8);
    tags.push((COMPRESSION, &[7]));
    let volume = read(&page(&tags, "", &[jpeg]));
    assert_eq!(volume.bscans[0].pixels[0], 99);
    assert!(
        volume.warnings[0].starts_with("JPEG is lossy"),
        "{:?}",
        volume.warnings
    );
}

#[test]
fn whole_numbers_that_lose_bits_are_told() {
    for (value, is_told) in [(16_777_216, false), (16_777_217, true)] {
        let volume = read(&tiff::<colortype::Gray32>(2, 1, &[&[0, value]]));
        let told = volume.warnings.join(" ").contains("were rounded");
        assert_eq!(told, is_told, "{value}: {:?}", volume.warnings);
    }
}
