//! Physical size of a pixel.

use serde::{Deserialize, Serialize};

/// Distance between neighbouring samples in µm. All three are finite and above zero: see [`SpacingUm::new`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpacingUm {
    /// Between A-scans, along the B-scan.
    pub x: f64,
    /// Between depth samples, along the A-scan.
    pub y: f64,
    /// Between B-scans; of no meaning for a single B-scan.
    pub z: f64,
}

impl SpacingUm {
    /// A spacing, or `None` when a value is not a positive finite number.
    pub fn new(x: f64, y: f64, z: f64) -> Option<Self> {
        let valid = [x, y, z].iter().all(|v| v.is_finite() && *v > 0.0);
        valid.then_some(Self { x, y, z })
    }

    /// Area of one B-scan pixel in mm².
    pub fn pixel_area_mm2(self) -> f64 {
        self.x * self.y * 1e-6
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_not_a_distance() {
        for (x, y, z) in [
            (0.0, 1.0, 1.0),
            (1.0, -1.0, 1.0),
            (1.0, 1.0, f64::NAN),
            (f64::INFINITY, 1.0, 1.0),
        ] {
            assert!(SpacingUm::new(x, y, z).is_none(), "{x} {y} {z}");
        }
        let spacing = SpacingUm::new(11.5, 3.87, 120.0).expect("positive and finite");
        assert!((spacing.pixel_area_mm2() - 4.4505e-5).abs() < 1e-9);
    }
}
