//! How much room uncompressed pixels take (PS3.3 section C.7.6.3.1.2, PS3.5 section 8.2).

/// Bits of one uncompressed pixel of `samples` samples. With chroma for every second pixel only (`is_422`: YBR_FULL_422
/// and its like) three samples take the room of two. `None` when the product is too large for a number.
pub fn native_pixel_bits(is_422: bool, samples: u64, bits_allocated: u64) -> Option<u64> {
    match is_422 {
        true => bits_allocated.checked_mul(2),
        false => bits_allocated.checked_mul(samples),
    }
}
