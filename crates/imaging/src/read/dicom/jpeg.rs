//! JPEG baseline, extended and lossless (ITU-T T.81) in a frame.

use std::io::Cursor;

use jpeg_decoder::{
    CodingProcess, ColorTransform, Decoder, Error, PixelFormat as Decoded, UnsupportedFeature,
};

use super::pixels::{Photometric, PixelFormat};

/// Bits of the samples, where the decoder leaves pictures of such out: the extended process with 12.
pub(super) fn left_out_bits(data: &[u8]) -> Option<u8> {
    match Decoder::new(Cursor::new(data)).read_info() {
        Err(Error::Unsupported(UnsupportedFeature::SamplePrecision(bits))) => Some(bits),
        _ => None,
    }
}

/// Bytes of one frame, in little endian, colours pixel by pixel. `None` when the data do not decode to exactly that.
pub(super) fn decode(data: &[u8], format: &PixelFormat) -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(Cursor::new(data));
    decoder.read_info().ok()?;
    let info = decoder.info()?;
    let is_of_size =
        u32::from(info.width) == format.size.width && u32::from(info.height) == format.size.height;
    let bytes_per_sample = match info.pixel_format {
        Decoded::L8 if format.samples == 1 => 1,
        Decoded::L16 if format.samples == 1 => 2,
        Decoded::RGB24 if format.samples == 3 => 1,
        _ => return None,
    };
    // DICOM has no progressive pictures. In others a scan for each component is enough, and the decoder would follow
    // any number of them over the whole picture.
    let scans = data
        .windows(2)
        .filter(|marker| marker == b"\xff\xda")
        .count();
    if info.coding_process == CodingProcess::DctProgressive || scans > usize::from(format.samples) {
        return None;
    }
    let expected = format.frame_samples() * bytes_per_sample;
    // A few bytes can declare a large picture; none of that size is so empty.
    if !is_of_size || expected / 4_096 > data.len() {
        return None;
    }
    // Colours come out as they are stored: what they stand for is said by the data set.
    // The decoder's "None" gives lines of each colour in turn, and breaks on widths that are no whole number of blocks; its
    // "RGB" only puts the three together.
    if format.samples == 3 && format.photometric != Photometric::Rgb {
        decoder.set_color_transform(ColorTransform::RGB);
    }
    decoder.set_max_decoding_buffer_size(expected);
    let decoded = decoder.decode().ok()?;
    (decoded.len() == expected).then_some(())?;
    let is_16 = format.bits_allocated == 16;
    Some(match (bytes_per_sample, is_16) {
        (1, true) => decoded.iter().flat_map(|value| [*value, 0]).collect(),
        (2, true) => decoded
            .chunks_exact(2)
            .flat_map(|pair| u16::from_ne_bytes([pair[0], pair[1]]).to_le_bytes())
            .collect(),
        (1, false) if format.bits_allocated == 8 => decoded,
        _ => return None,
    })
}
