//! Class and entropy of a pixel from its logits: once as tensor operations for the device, once in plain memory as the
//! reference that tests hold against it and that runs on the processor.

use burn::tensor::activation::{log_softmax, softmax};
use burn::tensor::{Int, Tensor};
use rayon::prelude::*;

/// Class `[1, 1, H, W]` and normalised entropy `[1, 1, H, W]` of logits `[1, class, H, W]`.
pub(crate) fn on_device(logits: Tensor<4>, temperature: f32) -> (Tensor<4, Int>, Tensor<4>) {
    let classes = logits.dims()[1];
    let labels = logits.clone().argmax(1);
    let logits = logits / temperature;
    let probability = softmax(logits.clone(), 1);
    let entropy = (probability * log_softmax(logits, 1)).sum_dim(1).neg() / (classes as f32).ln();
    (labels, entropy)
}

/// The same of logits `[class, pixel]` in memory. Ties go to the lower class.
pub(crate) fn in_memory(logits: &[f32], classes: usize, temperature: f32) -> (Vec<u8>, Vec<f32>) {
    let pixels = logits.len() / classes;
    let scale = 1.0 / (classes as f32).ln();
    (0..pixels)
        .into_par_iter()
        .with_min_len(4096)
        .map(|pixel| {
            let logit = |class: usize| logits[class * pixels + pixel];
            let best = (1..classes).fold(0, |best, class| {
                if logit(class) > logit(best) {
                    class
                } else {
                    best
                }
            });
            let (mut sum, mut weighted) = (0.0_f32, 0.0_f32);
            for class in 0..classes {
                let distance = (logit(class) - logit(best)) / temperature;
                let exponential = distance.exp();
                sum += exponential;
                weighted += exponential * distance;
            }
            // H = ln Σ e^d − Σ d e^d / Σ e^d, with d the distance to the largest logit.
            (
                best as u8,
                ((sum.ln() - weighted / sum) * scale).clamp(0.0, 1.0),
            )
        })
        .unzip()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `-Σ p ln p / ln C` in f64, straight from the definition.
    fn reference(logits: &[f64]) -> f64 {
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = logits.iter().map(|l| (l - largest).exp()).sum();
        let p = logits.iter().map(|l| (l - largest).exp() / sum);
        -p.filter(|p| *p > 0.0).map(|p| p * p.ln()).sum::<f64>() / (logits.len() as f64).ln()
    }

    #[test]
    fn entropy_follows_its_definition() {
        let cases: [[f32; 4]; 5] = [
            [0.0, 0.0, 0.0, 0.0],
            [10.0, -10.0, 0.0, 3.0],
            [80.0, -80.0, 79.9, 0.0],
            [-3.0, -3.0, -4.0, -5.0],
            [1e-3, 0.0, 0.0, -1e-3],
        ];
        for logits in cases {
            for temperature in [1.0, 1.7, 0.5] {
                let (class, entropy) = in_memory(&logits, 4, temperature);
                let scaled: Vec<f64> = logits
                    .iter()
                    .map(|&l| f64::from(l) / f64::from(temperature))
                    .collect();
                assert!(
                    (f64::from(entropy[0]) - reference(&scaled)).abs() < 1e-5,
                    "{logits:?} at {temperature}"
                );
                let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                assert_eq!(logits[usize::from(class[0])], largest);
            }
        }
    }
}
