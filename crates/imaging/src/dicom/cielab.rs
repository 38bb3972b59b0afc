//! Colours as DICOM recommends them for display.

/// sRGB (IEC 61966-2-1) as Recommended Display CIELab Value (PS3.3 section C.10.7.1.1): L* of 0..=100 and a*, b* of
/// -128..=127 against D50, each over the whole range of 16 bits.
pub(crate) fn dicom_cielab(rgb: [u8; 3]) -> [u16; 3] {
    let linear = rgb.map(|channel| {
        let v = f64::from(channel) / 255.0;
        match v <= 0.040_45 {
            true => v / 12.92,
            false => ((v + 0.055) / 1.055).powf(2.4),
        }
    });
    // sRGB to XYZ, adapted from D65 to D50 by Bradford's method as the ICC profile of sRGB has it.
    let row = |r: f64, g: f64, b: f64| r * linear[0] + g * linear[1] + b * linear[2];
    let xyz = [
        row(0.436_074_7, 0.385_064_9, 0.143_080_4),
        row(0.222_504_5, 0.716_878_6, 0.060_616_9),
        row(0.013_932_2, 0.097_104_5, 0.714_173_3),
    ];
    const WHITE_D50: [f64; 3] = [0.964_22, 1.0, 0.825_21];
    let [x, y, z] = [0, 1, 2].map(|i| lightness(xyz[i] / WHITE_D50[i]));
    let over = |value: f64, low: f64, high: f64| {
        ((value - low) / (high - low) * 65_535.0)
            .round()
            .clamp(0.0, 65_535.0) as u16
    };
    [
        over(116.0 * y - 16.0, 0.0, 100.0),
        over(500.0 * (x - y), -128.0, 127.0),
        over(200.0 * (y - z), -128.0, 127.0),
    ]
}

/// The function of CIE 15 that makes L*, a* and b* even steps to the eye.
fn lightness(t: f64) -> f64 {
    const KNEE: f64 = 6.0 / 29.0;
    match t > KNEE * KNEE * KNEE {
        true => t.cbrt(),
        false => t / (3.0 * KNEE * KNEE) + 4.0 / 29.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grays_have_no_hue_and_white_is_brightest() {
        for (rgb, l) in [([0; 3], 0), ([255; 3], 65_535), ([119; 3], 32_880)] {
            let [found, a, b] = dicom_cielab(rgb);
            assert!(found.abs_diff(l) < 300, "{rgb:?}: {found}");
            // 128/255 of the range is 0.
            assert!(a.abs_diff(32_896) < 8 && b.abs_diff(32_896) < 8, "{a} {b}");
        }
    }
}
