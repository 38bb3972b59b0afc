//! Judging weights on scans that were not trained on, and the temperature that makes their confidence honest.

use burn::tensor::Device;
use fovea_annotation::{CalibrationBins, DiceCounts, LabelSchema, Mask, dice_per_class};

use super::Sample;
use crate::{Architecture, InputScale, OctUnet, predict};

/// Rows around the labelled retina that belong to its band.
const BAND_MARGIN_PX: usize = 8;

/// Figures over a set of scans; counts are added up over scans before the ratio is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Dice per class; 1 where neither truth nor prediction has the class.
    pub dice: Vec<f64>,
    /// Expected calibration error: 15 bins, top label, pixels of the true retina's band.
    pub ece: f64,
    /// Number of scans.
    pub scans: usize,
}

impl Evaluation {
    /// Mean Dice of the retinal layers of `schema`.
    pub fn mean_layer_dice(&self, schema: &LabelSchema) -> f64 {
        let layers: Vec<f64> = schema
            .layer_indices()
            .filter_map(|class| self.dice.get(usize::from(class)).copied())
            .collect();
        layers.iter().sum::<f64>() / layers.len().max(1) as f64
    }
}

/// Logits of every sample, on the CPU device.
pub(crate) fn all_logits(
    network: &OctUnet,
    architecture: &Architecture,
    samples: &[Sample],
) -> Result<Vec<Vec<f32>>, String> {
    let device = Device::flex();
    samples
        .iter()
        .map(|sample| {
            predict::logits(
                network,
                architecture.stride_px(),
                &InputScale::default(),
                sample.size,
                &sample.pixels,
                &device,
            )
        })
        .collect()
}

/// Judges logits against the samples' masks.
pub fn evaluate(
    logits: &[Vec<f32>],
    samples: &[Sample],
    classes: usize,
    temperature: f32,
) -> Evaluation {
    let mut counts = vec![DiceCounts::default(); classes];
    let mut bins = CalibrationBins::default();
    for (logits, sample) in logits.iter().zip(samples) {
        let pixels = sample.size.len();
        let in_band = band(sample);
        let mut predicted = vec![0; pixels];
        for pixel in 0..pixels {
            let (class, confidence) = top_label(logits, pixel, pixels, classes, temperature);
            predicted[pixel] = class;
            if in_band[pixel] {
                bins.add(confidence, class == sample.classes[pixel]);
            }
        }
        let masks = (
            Mask::new(sample.size, predicted),
            Mask::new(sample.size, sample.classes.clone()),
        );
        if let (Ok(predicted), Ok(truth)) = masks {
            for (sum, count) in counts
                .iter_mut()
                .zip(dice_per_class(&predicted, &truth, classes))
            {
                *sum += count;
            }
        }
    }
    Evaluation {
        dice: counts.into_iter().map(DiceCounts::dice).collect(),
        ece: bins.ece().unwrap_or(0.0),
        scans: samples.len(),
    }
}

/// The most probable class and its probability.
fn top_label(
    logits: &[f32],
    pixel: usize,
    pixels: usize,
    classes: usize,
    temperature: f32,
) -> (u8, f32) {
    let logit = |class: usize| logits[class * pixels + pixel] / temperature;
    let best = (1..classes).fold(0, |best, class| {
        if logit(class) > logit(best) {
            class
        } else {
            best
        }
    });
    let sum: f32 = (0..classes)
        .map(|class| (logit(class) - logit(best)).exp())
        .sum();
    (best as u8, 1.0 / sum)
}

/// Pixels between the first and the last labelled row of each column, widened.
fn band(sample: &Sample) -> Vec<bool> {
    let (width, height) = (sample.size.width as usize, sample.size.height as usize);
    let mut band = vec![false; width * height];
    for column in 0..width {
        let labelled = |row: &usize| sample.classes[row * width + column] > 0;
        let (Some(first), Some(last)) =
            ((0..height).find(labelled), (0..height).rev().find(labelled))
        else {
            continue;
        };
        for row in first.saturating_sub(BAND_MARGIN_PX)..(last + BAND_MARGIN_PX + 1).min(height) {
            band[row * width + column] = true;
        }
    }
    band
}

/// The temperature of least cross-entropy in the retina band of `samples` (Guo et al. 2017, arXiv 1706.04599), by
/// golden-section search on a logarithmic scale.
pub(crate) fn fit_temperature(logits: &[Vec<f32>], samples: &[Sample], classes: usize) -> f32 {
    let loss =
        |log_temperature: f32| cross_entropy(logits, samples, classes, log_temperature.exp());
    let ratio = (5.0_f32.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (-1.2_f32, 1.4_f32);
    for _ in 0..20 {
        let (left, right) = (high - ratio * (high - low), low + ratio * (high - low));
        if loss(left) < loss(right) {
            high = right
        } else {
            low = left
        }
    }
    ((low + high) / 2.0).exp()
}

fn cross_entropy(logits: &[Vec<f32>], samples: &[Sample], classes: usize, temperature: f32) -> f64 {
    let mut sum = 0.0;
    for (logits, sample) in logits.iter().zip(samples) {
        let pixels = sample.size.len();
        // Every third pixel: the curve is the same and the fit three times as fast.
        for pixel in band(sample)
            .iter()
            .enumerate()
            .filter(|(_, inside)| **inside)
            .map(|(pixel, _)| pixel)
            .step_by(3)
        {
            let logit = |class: usize| logits[class * pixels + pixel] / temperature;
            let largest = (0..classes).map(logit).fold(f32::NEG_INFINITY, f32::max);
            let exponentials: f32 = (0..classes)
                .map(|class| (logit(class) - largest).exp())
                .sum();
            sum +=
                f64::from(largest + exponentials.ln() - logit(usize::from(sample.classes[pixel])));
        }
    }
    sum
}
