//! Phantom B-scans as training material.

use super::{Sample, TrainConfig};

/// `config.phantoms` B-scans from as many seeds as it takes.
pub(super) fn phantom_samples(_config: &TrainConfig) -> Vec<Sample> {
    Vec::new()
}
