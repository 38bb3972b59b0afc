//! The model card: what a person needs to judge a model, and what the program needs to run it.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};

use crate::{Architecture, InputScale};

/// Stored beside (or, for the built-in model, with) the weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// Name of the model.
    pub name: String,
    /// Version of the weights.
    pub version: String,
    /// The network's parameters.
    pub architecture: Architecture,
    /// Label schema of the output, such as `fovea.oct-layers/1`.
    pub schema: String,
    /// How display values become input.
    pub input: InputScale,
    /// Logits are divided by this before the softmax, so that confidence means what it says.
    pub temperature: f32,
    /// SHA-256 of the weight file.
    pub weights_sha256: Option<ContentHash>,
    /// How the weights came to be.
    pub training: Option<TrainingRecord>,
    /// How good they are.
    pub figures: Option<Figures>,
}

/// Data and settings of the training run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingRecord {
    /// SHA-256 over the sorted SHA-256 of all files of the data folder.
    pub data_hash: String,
    /// Where the data came from and under which licence.
    pub data_origin: String,
    /// Files never trained on, which give the figures.
    pub held_out: Vec<String>,
    /// Files never trained on, which gave the temperature.
    pub calibration: Vec<String>,
    /// Files trained on.
    pub train: Vec<String>,
    /// Phantom B-scans trained on besides, and the share of crops taken from them.
    pub phantoms: usize,
    /// Share of the crops that came from phantoms.
    pub phantom_share: f32,
    /// Seed of the run.
    pub seed: u64,
    /// Optimisation steps.
    pub steps: u32,
    /// Crops per step.
    pub batch: usize,
    /// Height and width of a crop.
    pub crop_px: [usize; 2],
    /// What else is needed to judge or repeat the run, one sentence each.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// Dice of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassFigure {
    /// Index in the schema.
    pub class: u8,
    /// Its name.
    pub name: String,
    /// Dice with pixel counts summed over the scans.
    pub dice: f64,
}

/// Figures on the held-out scans.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Number of scans.
    pub scans: usize,
    /// Dice per class.
    pub dice: Vec<ClassFigure>,
    /// Mean over the retinal layers.
    pub mean_dice_layers: f64,
    /// Expected calibration error with the temperature applied.
    pub ece: f64,
    /// The same without it.
    pub ece_uncalibrated: f64,
    /// How the calibration error was computed.
    pub ece_definition: String,
}

impl Figures {
    /// How [`Figures::ece`] is computed.
    pub const ECE_DEFINITION: &'static str = "top-label confidence, 15 equal-width bins (lo, hi], pixels of the true retina's band (labelled rows of each column, 8 px wider)";
}

impl ModelCard {
    /// The card of weights that came without one: the default network, no temperature, no figures.
    pub fn unknown(name: String) -> Self {
        let schema = fovea_annotation::LabelSchema::oct_layers();
        Self {
            name,
            version: "unknown".into(),
            architecture: Architecture::default_model(schema.len()),
            schema: schema.id,
            input: InputScale::default(),
            temperature: 1.0,
            weights_sha256: None,
            training: None,
            figures: None,
        }
    }

    /// One sentence on what can be trusted.
    pub fn summary(&self) -> String {
        match &self.figures {
            Some(figures) => format!(
                "{} {}: mean Dice {:.3} over the retinal layers and ECE {:.3} on {} scans not trained on.",
                self.name, self.version, figures.mean_dice_layers, figures.ece, figures.scans
            ),
            None => format!("{} {}: no figures known.", self.name, self.version),
        }
    }
}
