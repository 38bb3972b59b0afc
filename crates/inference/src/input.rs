//! From display values to network input.

use serde::{Deserialize, Serialize};

/// `(value / 255 − mean) / deviation`: fixed figures, so that a tile and the whole picture give equal inputs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputScale {
    /// Subtracted from the value in 0..=1.
    pub mean: f32,
    /// Divides the difference.
    pub deviation: f32,
}

impl Default for InputScale {
    fn default() -> Self {
        Self {
            mean: 0.2,
            deviation: 0.2,
        }
    }
}

impl InputScale {
    /// Of a value in 0..=1.
    pub fn of_unit(&self, value: f32) -> f32 {
        (value - self.mean) / self.deviation
    }

    /// Of a display value.
    pub fn of_pixel(&self, value: u8) -> f32 {
        self.of_unit(f32::from(value) / 255.0)
    }
}
