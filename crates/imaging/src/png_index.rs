//! PNG to and from masks: a pixel's value is its class index.

use fovea_annotation::Mask;
use fovea_geometry::SizePx;
use png::{BitDepth, ColorType, Transformations};

use crate::png_gray::{FORMAT, check_length, decode_raw};
use crate::{Budget, ReadError, WriteError};

/// Encodes class indices as an 8-bit gray PNG: every reader sees the index itself, where a palette PNG would
/// come back as colours from some.
pub fn encode_png_index(mask: &Mask) -> Result<Vec<u8>, WriteError> {
    let (size, classes) = (mask.size(), mask.classes());
    check_length(size, classes)?;
    let mut bytes = Vec::with_capacity(classes.len() / 2 + 64);
    let mut encoder = png::Encoder::new(&mut bytes, size.width, size.height);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    // Of classes, which are no brightness, no neighbour is a guess. Unfiltered, a mask of 512×496 has 6.0 KB and is read in
    // 52 µs; with the adaptive filters of the fast setting 10.3 KB and 128 µs. It is written once, in 1.0 ms and not in 0.1.
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(classes)?;
    writer.finish()?;
    Ok(bytes)
}

/// Decodes an index PNG: gray or palette of up to 8 bits; the stored sample is the class, unscaled.
pub fn decode_png_index(bytes: &[u8], budget: &Budget) -> Result<Mask, ReadError> {
    let raw = decode_raw(bytes, budget, Transformations::IDENTITY)?;
    let bits = raw.depth as u32;
    if !matches!(raw.color, ColorType::Grayscale | ColorType::Indexed)
        || raw.depth == BitDepth::Sixteen
    {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            feature: format!(
                "{:?} pixels of {bits} bits where class indices belong",
                raw.color
            ),
            advice: "save the mask as an 8-bit gray or palette PNG whose values are class indices",
        });
    }
    let classes = unpack(raw.data, raw.size, bits);
    Mask::new(raw.size, classes)
        .map_err(|error| ReadError::damaged(FORMAT, bytes.len() as u64, error.to_string()))
}

/// One byte per sample from rows of packed samples, each row starting at a byte.
fn unpack(data: Vec<u8>, size: SizePx, bits: u32) -> Vec<u8> {
    if bits == 8 {
        return data;
    }
    let per_byte = 8 / bits;
    let row_bytes = size.width.div_ceil(per_byte) as usize;
    let sample_mask = (1u16 << bits) as u8 - 1;
    let sample = |row: &[u8], x: u32| {
        let shift = 8 - bits * (x % per_byte + 1);
        (row[(x / per_byte) as usize] >> shift) & sample_mask
    };
    data.chunks_exact(row_bytes)
        .flat_map(|row| (0..size.width).map(move |x| sample(row, x)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of any colour type, written without our own encoder.
    fn png(size: SizePx, color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, size.width, size.height);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![200; 16 * 3]);
        }
        let mut writer = encoder.write_header().expect("valid header");
        writer.write_image_data(data).expect("data fits");
        writer.finish().expect("writes to memory");
        bytes
    }

    #[test]
    fn indices_come_back_unscaled_at_every_depth() {
        let cases: [(ColorType, BitDepth, &[u8], [u8; 5]); 5] = [
            (
                ColorType::Grayscale,
                BitDepth::One,
                &[0b1010_1000],
                [1, 0, 1, 0, 1],
            ),
            (
                ColorType::Grayscale,
                BitDepth::Two,
                &[0b0001_1011, 0b0100_0000],
                [0, 1, 2, 3, 1],
            ),
            (
                ColorType::Indexed,
                BitDepth::Four,
                &[0x0b, 0x53, 0x10],
                [0, 11, 5, 3, 1],
            ),
            (
                ColorType::Indexed,
                BitDepth::Eight,
                &[0, 11, 5, 3, 1],
                [0, 11, 5, 3, 1],
            ),
            (
                ColorType::Grayscale,
                BitDepth::Eight,
                &[0, 11, 5, 3, 255],
                [0, 11, 5, 3, 255],
            ),
        ];
        for (color, depth, data, expected) in cases {
            let bytes = png(SizePx::new(5, 1), color, depth, data);
            let mask = decode_png_index(&bytes, &Budget::default()).expect("index PNG");
            assert_eq!(mask.classes(), expected, "{color:?} {depth:?}");
        }
    }

    #[test]
    fn colours_are_no_class_indices() {
        let bytes = png(
            SizePx::new(1, 1),
            ColorType::Rgb,
            BitDepth::Eight,
            &[1, 2, 3],
        );
        let error = decode_png_index(&bytes, &Budget::default()).expect_err("RGB");
        assert!(
            error
                .to_string()
                .contains("Rgb pixels of 8 bits where class indices belong"),
            "{error}"
        );
    }
}
