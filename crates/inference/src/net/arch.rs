//! The parameters that fix a network's tensors.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Largest number of channels that a card may ask for; a corrupt card must not allocate gigabytes.
const CHANNELS_MAX: usize = 512;
const LEVELS_MAX: usize = 6;

/// Width and depth of an [`crate::OctUnet`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Architecture {
    /// Name of the family; always [`Architecture::FAMILY`].
    pub family: String,
    /// Channels per level, finest first; the last is the bottleneck.
    pub widths: Vec<usize>,
    /// Channels of the last decoder level.
    pub decoder_width: usize,
    /// Number of classes.
    pub classes: usize,
}

/// Why an architecture cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "The model card asks for {what}, which this version of Fovea cannot build; use a card that was written with the weights."
)]
pub struct ArchitectureError {
    /// The value at fault.
    pub what: String,
}

impl Architecture {
    /// The one family that this version knows.
    pub const FAMILY: &'static str = "oct-unet-subpixel/1";

    /// The architecture of the default model.
    pub fn default_model(classes: usize) -> Self {
        Self {
            family: Self::FAMILY.into(),
            widths: vec![16, 32, 64, 128],
            decoder_width: 24,
            classes,
        }
    }

    /// Checks the parameters against what can be built.
    pub fn validate(&self) -> Result<(), ArchitectureError> {
        let refuse = |what: String| Err(ArchitectureError { what });
        if self.family != Self::FAMILY {
            return refuse(format!("the network family \"{}\"", self.family));
        }
        if !(2..=LEVELS_MAX).contains(&self.widths.len()) {
            return refuse(format!("{} levels", self.widths.len()));
        }
        let channels = self.widths.iter().copied().chain([self.decoder_width]);
        if let Some(width) = channels
            .into_iter()
            .find(|width| !(1..=CHANNELS_MAX).contains(width))
        {
            return refuse(format!("{width} channels in a layer"));
        }
        if !(2..=256).contains(&self.classes) {
            return refuse(format!("{} classes", self.classes));
        }
        Ok(())
    }

    /// Input sides must be multiples of this: two for the phases, two for each pooling.
    pub fn stride_px(&self) -> usize {
        1 << self.widths.len()
    }

    /// How far, in px, an output pixel can depend on an input pixel: two 3×3 convolutions per level on either side,
    /// the head, and the rounding of pooling windows.
    pub fn reach_px(&self) -> usize {
        let bottleneck = self.widths.len() - 1;
        let level_reach = |level: usize| {
            let pixel = 2 << level;
            let passes = if level == bottleneck { 2 } else { 4 };
            passes * pixel + pixel - 1
        };
        (0..=bottleneck).map(level_reach).sum::<usize>() + 2
    }

    /// [`Self::reach_px`] rounded up to the stride: the border a tile carries around its core.
    pub fn halo_px(&self) -> usize {
        self.reach_px().next_multiple_of(self.stride_px())
    }
}
