//! The uncertainty of a prediction, pixel by pixel.

use crate::MaskShapeError;
use fovea_geometry::SizePx;

/// Normalised entropy `u = -Σ p ln p / ln C` per pixel, row-major, 0..=255 for 0..=1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncertaintyMap {
    size: SizePx,
    values: Vec<u8>,
}

impl UncertaintyMap {
    /// A map of given values, row-major.
    pub fn new(size: SizePx, values: Vec<u8>) -> Result<Self, MaskShapeError> {
        if values.len() == size.len() {
            Ok(Self { size, values })
        } else {
            Err(MaskShapeError {
                size,
                found: values.len(),
            })
        }
    }

    /// A map from entropies in 0..=1; what lies outside, or is no number, is clamped.
    pub fn from_unit(size: SizePx, entropies: &[f32]) -> Result<Self, MaskShapeError> {
        Self::new(
            size,
            entropies
                .iter()
                .map(|u| (u.clamp(0.0, 1.0) * 255.0).round() as u8)
                .collect(),
        )
    }

    /// Width and height in pixels.
    pub const fn size(&self) -> SizePx {
        self.size
    }

    /// The values, row-major.
    pub fn values(&self) -> &[u8] {
        &self.values
    }
}
