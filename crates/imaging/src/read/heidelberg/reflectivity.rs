//! From reflectivity to gray.

/// Writes the gray of each little-endian f32 of `raw` to its place in `pixels`.
pub(super) fn fill_gray(pixels: &mut [u8], raw: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: this processor has the instructions that the function is compiled for.
        return unsafe { fill_wide(pixels, raw) };
    }
    fill(pixels, raw);
}

/// The same code with registers of twice the width: half the time, and the same values, because each operation is rounded
/// as IEEE 754 has it in either width.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn fill_wide(pixels: &mut [u8], raw: &[u8]) {
    fill(pixels, raw);
}

/// Slices on both sides: growing a vector here would keep the loop from becoming vector code.
#[inline(always)]
fn fill(pixels: &mut [u8], raw: &[u8]) {
    let (samples, _) = raw.as_chunks::<4>();
    for (pixel, sample) in pixels.iter_mut().zip(samples) {
        *pixel = gray(f32::from_le_bytes(*sample));
    }
}

/// How many of `pixels` are white. Counted in bytes, 255 at a time, so that this is vector code too.
pub(super) fn count_white(pixels: &[u8]) -> usize {
    let of_run = |run: &[u8]| run.iter().map(|v| u8::from(*v == u8::MAX)).sum::<u8>();
    pixels.chunks(255).map(|run| usize::from(of_run(run))).sum()
}

/// Fourth root, scaled to 8 bits and rounded (ties to even). What is invalid (`f32::MAX`), negative or NaN is black;
/// what lies over full scale is white.
///
/// No branch and no saturating cast, so that the loop over it becomes vector code.
#[inline(always)]
pub(crate) fn gray(reflectivity: f32) -> u8 {
    let is_valid = reflectivity > 0.0 && reflectivity != f32::MAX;
    let valid = if is_valid { reflectivity } else { 0.0 };
    let in_scale = if valid < 1.0 { valid } else { 1.0 };
    // A float from 2^23 to 2^24 has no fraction: the sum rounds, and its lowest bits are the integer.
    const ROUNDER: f32 = 8_388_608.0;
    (in_scale.sqrt().sqrt() * 255.0 + ROUNDER).to_bits() as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rule as the documents have it, in double precision.
    fn by_the_book(reflectivity: f32) -> u8 {
        match reflectivity {
            r if r.is_nan() || r == f32::MAX || r <= 0.0 => 0,
            r => (f64::from(r.min(1.0)).sqrt().sqrt() * 255.0).round_ties_even() as u8,
        }
    }

    #[test]
    fn gray_follows_the_rule_over_all_exponents() {
        // Every float whose lowest 9 bits are alike: all signs, exponents, infinities and kinds of NaN.
        for high in 0..1u32 << 23 {
            let reflectivity = f32::from_bits(high << 9 | (high & 0x1ff));
            let (found, expected) = (gray(reflectivity), by_the_book(reflectivity));
            // Single precision may fall on the other side of a tie, never further.
            assert!(
                found.abs_diff(expected) <= 1,
                "{reflectivity}: {found} {expected}"
            );
        }
    }

    #[test]
    fn gray_rises_with_reflectivity() {
        let mut last = 0;
        for bits in (0..=1.0f32.to_bits()).step_by(97) {
            let found = gray(f32::from_bits(bits));
            assert!(found >= last, "{}", f32::from_bits(bits));
            last = found;
        }
        assert_eq!(gray(1.0), 255);
    }

    #[test]
    fn every_gray_value_survives_its_fourth_power() {
        for value in 0..=255u8 {
            let root = f32::from(value) / 255.0;
            assert_eq!(gray(root * root * root * root), value);
        }
    }

    /// Whatever width of registers is used: a sweep over all exponents, and the neighbours of every step between grays.
    #[test]
    fn blocks_are_shown_as_single_values_are() {
        let sweep = (0..=u32::MAX).step_by(4_099);
        let steps = (0..255u8).flat_map(|value| {
            let root = (f64::from(value) + 0.5) / 255.0;
            let step = (root.powi(4) as f32).to_bits();
            step.saturating_sub(64)..step + 64
        });
        let values: Vec<u32> = sweep.chain(steps).collect();
        let raw: Vec<u8> = values.iter().flat_map(|bits| bits.to_le_bytes()).collect();
        let mut pixels = vec![0; values.len()];
        fill_gray(&mut pixels, &raw);
        for (bits, found) in values.into_iter().zip(pixels) {
            let reflectivity = f32::from_bits(bits);
            assert_eq!(found, gray(reflectivity), "{reflectivity:e}");
        }
    }

    #[test]
    fn a_row_is_its_values() {
        let values = [
            0.0f32,
            1.0,
            0.0625,
            f32::MAX,
            f32::NAN,
            -3.0,
            7.0,
            f32::INFINITY,
            1e-4,
        ];
        let raw: Vec<u8> = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        let mut pixels = [3; 10];
        fill_gray(&mut pixels[..9], &raw);
        assert_eq!(pixels, [0, 255, 128, 0, 0, 0, 255, 255, 26, 3]);
        assert_eq!(count_white(&pixels), 3);
        assert_eq!(count_white(&[255; 1_000]), 1_000);
    }
}
