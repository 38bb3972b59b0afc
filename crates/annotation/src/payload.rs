//! The payload of a label version: a whole mask as bytes, the same bytes for the same mask on every machine.
//!
//! Layout: `FVM1`, width and height as u32 little endian, then the class indices as one zstd frame (level 3).

use std::cell::RefCell;
use std::io;

use crate::Mask;
use fovea_geometry::SizePx;
use zstd::bulk::{Compressor, Decompressor};

const MAGIC: &[u8; 4] = b"FVM1";
const HEADER_LEN: usize = 12;
const ZSTD_LEVEL: i32 = 3;
/// Longest side of a mask that is read, in px: the budget for one picture.
const SIDE_PX_MAX: u32 = 16_384;

thread_local! {
    // Their tables take longer to make than a mask takes to go through them.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Why bytes are no mask, or a mask cannot become bytes.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// Not our format.
    #[error("these bytes are no Fovea mask; fetch the label again")]
    NotAMask,
    /// A side over the budget.
    #[error("the mask claims {} × {} px and at most {SIDE_PX_MAX} px a side are read; the file is damaged or hostile", .0.width, .0.height)]
    TooLarge(SizePx),
    /// The compressed part is damaged or of another length.
    #[error("the mask's compressed part is damaged; fetch the label again")]
    Damaged,
    /// The compressor failed.
    #[error("the mask could not be compressed: {0}; free some memory and save again")]
    Compress(io::Error),
}

/// The bytes of a mask.
pub fn mask_to_payload(mask: &Mask) -> Result<Vec<u8>, PayloadError> {
    let mut out = MAGIC.to_vec();
    out.extend(mask.size().width.to_le_bytes());
    out.extend(mask.size().height.to_le_bytes());
    out.extend(compress(mask.classes()).map_err(PayloadError::Compress)?);
    Ok(out)
}

fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(ZSTD_LEVEL)?),
        };
        compressor.compress(bytes)
    })
}

fn decompress(frame: &[u8], len: usize) -> io::Result<Vec<u8>> {
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(Decompressor::new()?),
        };
        decompressor.decompress(frame, len)
    })
}

/// Reads a mask; allocates no more than its header says, and refuses a header over the budget first.
pub fn mask_from_payload(bytes: &[u8]) -> Result<Mask, PayloadError> {
    let (header, compressed) = bytes
        .split_at_checked(HEADER_LEN)
        .ok_or(PayloadError::NotAMask)?;
    if &header[..4] != MAGIC {
        return Err(PayloadError::NotAMask);
    }
    let side = |at: usize| {
        u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
    };
    let size = SizePx::new(side(4), side(8));
    if size.width > SIDE_PX_MAX || size.height > SIDE_PX_MAX {
        return Err(PayloadError::TooLarge(size));
    }
    let classes = decompress(compressed, size.len()).map_err(|_| PayloadError::Damaged)?;
    Mask::new(size, classes).map_err(|_| PayloadError::Damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tests::mask_pair;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_read_back((mask, _) in mask_pair()) {
            let bytes = mask_to_payload(&mask).expect("compresses");
            // The compressor has seen other masks before, and says the same as one that has not.
            let fresh = zstd::bulk::compress(mask.classes(), ZSTD_LEVEL).expect("compresses");
            prop_assert_eq!(&bytes[HEADER_LEN..], fresh);
            prop_assert_eq!(mask_from_payload(&bytes).expect("reads"), mask);
        }

        #[test]
        fn damage_is_refused_and_never_panics((mask, _) in mask_pair(), at: usize, value: u8) {
            let mut bytes = mask_to_payload(&mask).expect("compresses");
            let at = at % bytes.len();
            prop_assert!(mask_from_payload(&bytes[..at]).is_err());
            bytes[at] = value;
            let _ = mask_from_payload(&bytes);
        }
    }

    #[test]
    fn a_hostile_header_is_refused_before_allocation() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u32::MAX.to_le_bytes().repeat(2));
        assert!(matches!(
            mask_from_payload(&bytes),
            Err(PayloadError::TooLarge(_))
        ));
    }
}
