//! Size and depth of a PNG from its first 33 bytes, so that checking a case does not decode it.

use fovea_geometry::SizePx;

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Size of an 8-bit gray PNG, or `None` when the bytes begin like anything else (PNG specification, 11.2.2 IHDR).
pub(super) fn gray8_png_size(bytes: &[u8]) -> Option<SizePx> {
    let header = bytes.get(..33)?;
    let word = |at: usize| {
        u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let is_gray8 = header.starts_with(SIGNATURE)
        && word(8) == 13
        && &header[12..16] == b"IHDR"
        && header[24..26] == [8, 0];
    is_gray8.then(|| SizePx::new(word(16), word(20)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_our_encoder_writes_and_nothing_else() {
        let size = SizePx::new(5, 3);
        let png = fovea_imaging::encode_png_gray8(size, &[7; 15]).expect("encodes");
        assert_eq!(gray8_png_size(&png), Some(size));
        assert_eq!(gray8_png_size(&png[..32]), None);
        assert_eq!(gray8_png_size(&[0; 64]), None);
    }
}
