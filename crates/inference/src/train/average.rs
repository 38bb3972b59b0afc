//! The running average of the weights, which generalises better than the last step's (Polyak averaging).

use crate::weights::NamedTensors;

/// Weight that an old average keeps per step, once the run is long enough.
const DECAY: f32 = 0.997;

/// Exponential moving average over steps.
#[derive(Clone, Debug)]
pub(super) struct WeightAverage {
    pub tensors: NamedTensors,
}

impl WeightAverage {
    pub(super) fn new(tensors: NamedTensors) -> Self {
        Self { tensors }
    }

    /// Takes the weights after `step`, `stride` steps after the last ones taken.
    pub(super) fn take(&mut self, current: &NamedTensors, step: u32, stride: u32) {
        let young = (1.0 + step as f32) / (10.0 + step as f32);
        let keep = DECAY.min(young).powi(stride as i32);
        for (name, average) in &mut self.tensors {
            let Some(now) = current.get(name) else {
                continue;
            };
            for (average, &now) in average.values.iter_mut().zip(&now.values) {
                *average = keep * *average + (1.0 - keep) * now;
            }
        }
    }
}
