//! Twin of tensor_blit.wgsl.

use fovea_geometry::SizePx;

/// Classes of a picture from the elements of a tensor whose rows begin every `row_stride` elements. What is not a
/// class index becomes 255. `elements` must hold the whole picture.
pub fn classes_cpu(elements: &[u32], row_stride: usize, size: SizePx) -> Vec<u8> {
    pixels(elements, row_stride, size, |bits| bits.min(255) as u8)
}

/// Uncertainty from the bits of `f32` elements, 0 to 255 for 0 to 1. What is not a number counts as wholly uncertain.
/// `elements` must hold the whole picture.
pub fn unit_cpu(elements: &[u32], row_stride: usize, size: SizePx) -> Vec<u8> {
    let value = |bits| {
        let value = f32::from_bits(bits);
        if value.is_nan() {
            255
        } else {
            (value.clamp(0.0, 1.0) * 255.0 + 0.5).floor() as u8
        }
    };
    pixels(elements, row_stride, size, value)
}

fn pixels(elements: &[u32], row_stride: usize, size: SizePx, value: impl Fn(u32) -> u8) -> Vec<u8> {
    elements
        .chunks(row_stride.max(1))
        .take(size.height as usize)
        .flat_map(|row| row.iter().take(size.width as usize))
        .map(|bits| value(*bits))
        .collect()
}
