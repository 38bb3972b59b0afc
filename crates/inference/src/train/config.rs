//! What a training run is told, what it reports, and why it stops.

use std::path::PathBuf;

use fovea_imaging::ReadError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Architecture;

/// A training run. Two runs with equal settings and data give equal weights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainConfig {
    /// Folder with `images/*.png` and `masks/*.png` of equal names.
    pub data_dir: PathBuf,
    /// Where checkpoints, the log, the weights and the card go.
    pub out_dir: PathBuf,
    /// Name of the model; the files are called after it.
    pub name: String,
    /// The network.
    pub architecture: Architecture,
    /// Seed of the weights, the crops and the phantoms.
    pub seed: u64,
    /// Optimisation steps in all.
    pub steps: u32,
    /// Crops per step.
    pub batch: usize,
    /// Height and width of a crop; multiples of the network's stride.
    pub crop_px: [usize; 2],
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Files of `data_dir` that are never trained on and judge the result.
    pub held_out: usize,
    /// Files that are not trained on either and fit the temperature.
    pub calibration: usize,
    /// Phantom B-scans made for the run; 0 for none.
    pub phantoms: usize,
    /// Probability that a crop comes from a phantom.
    pub phantom_share: f32,
    /// Steps between checkpoints.
    pub checkpoint_every: u32,
    /// Steps between lines of the log.
    pub log_every: u32,
}

impl TrainConfig {
    /// The recipe of the default model.
    pub fn new(data_dir: PathBuf, out_dir: PathBuf) -> Self {
        Self {
            data_dir,
            out_dir,
            name: "fovea-oct-layers".into(),
            architecture: Architecture::default_model(12),
            seed: 20_261_123,
            steps: 2500,
            batch: 4,
            crop_px: [288, 224],
            learning_rate: 2e-3,
            held_out: 16,
            calibration: 6,
            phantoms: 48,
            phantom_share: 0.12,
            checkpoint_every: 100,
            log_every: 20,
        }
    }
}

/// One line of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainProgress {
    /// Steps done.
    pub step: u32,
    /// Steps in all.
    pub steps: u32,
    /// Mean loss since the last report.
    pub loss: f32,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Mean time of a step since the last report.
    pub ms_per_step: f64,
}

/// Why training ended without a model.
#[derive(Debug, Error)]
pub enum TrainError {
    /// A folder or file could not be read or written.
    #[error(
        "Cannot use {path}: {reason}; check that it exists and that you may read and write it."
    )]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// A picture or mask cannot be read.
    #[error("Cannot train on {path}: {reason}")]
    Picture {
        /// The file.
        path: PathBuf,
        /// The reader's sentence.
        reason: ReadError,
    },
    /// Picture and mask do not belong together, or the settings make no sense.
    #[error("Cannot train: {what}.")]
    Unusable {
        /// What is wrong and what to do.
        what: String,
    },
    /// A checkpoint cannot be read or written.
    #[error(
        "The checkpoint in {path} cannot be used ({what}); remove it and start again without --resume."
    )]
    Checkpoint {
        /// Its folder.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The loss is no longer a number.
    #[error(
        "Training diverged at step {step}: the loss is not finite; lower the learning rate and resume."
    )]
    Diverged {
        /// The step.
        step: u32,
    },
    /// The caller asked to stop; a checkpoint was written.
    #[error("Training was stopped at step {step}; resume it from the same folder.")]
    Cancelled {
        /// Steps done.
        step: u32,
    },
}

impl TrainError {
    /// An [`TrainError::Io`] at `path`, for `map_err`.
    pub(crate) fn io(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self + '_ {
        move |reason| Self::Io {
            path: path.to_path_buf(),
            reason,
        }
    }
}
