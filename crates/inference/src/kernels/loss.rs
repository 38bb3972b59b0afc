//! Weighted cross-entropy with label smoothing plus soft Dice, with the gradient by the logits.

use rayon::prelude::*;

/// Keeps the Dice term finite for a class of a few pixels.
const DICE_SMOOTH: f64 = 1.0;

/// What the loss needs besides logits and labels.
#[derive(Clone, Debug)]
pub(crate) struct LossSettings {
    /// Weight of each class in the cross-entropy.
    pub class_weights: Vec<f32>,
    /// Probability mass spread evenly over all classes.
    pub label_smoothing: f32,
    /// Factor of the Dice term.
    pub dice_weight: f32,
}

/// Value and gradient.
pub(crate) struct SegmentationLoss {
    /// Cross-entropy plus weighted Dice loss.
    pub value: f32,
    /// By the logits, same layout.
    pub grad: Vec<f32>,
}

/// Sums over one image, per class where it says so.
struct ImageSums {
    probabilities: Vec<f32>,
    cross_entropy: f64,
    weight: f64,
    overlap: Vec<f64>,
    predicted: Vec<f64>,
    present: Vec<f64>,
}

/// `logits` is `[batch, class, pixel]`, `labels` is `[batch, pixel]` with classes below the number of weights.
pub(crate) fn segmentation_loss(
    logits: &[f32],
    labels: &[u8],
    pixels: usize,
    settings: &LossSettings,
) -> SegmentationLoss {
    let classes = settings.class_weights.len();
    let images: Vec<ImageSums> = logits
        .par_chunks(classes * pixels)
        .zip(labels.par_chunks(pixels))
        .map(|(logits, labels)| image_sums(logits, labels, settings))
        .collect();
    let total = |of: &dyn Fn(&ImageSums) -> f64| images.iter().map(of).sum::<f64>();
    let weight = total(&|image| image.weight).max(f64::MIN_POSITIVE);
    let present: Vec<f64> = (0..classes)
        .map(|class| total(&|image| image.present[class]))
        .collect();
    let judged = present.iter().filter(|&&count| count > 0.0).count().max(1) as f64;
    let mut dice_loss = 0.0;
    let mut dice_slopes = vec![(0.0_f32, 0.0_f32); classes];
    for class in (0..classes).filter(|&class| present[class] > 0.0) {
        let overlap = total(&|image| image.overlap[class]);
        let area = total(&|image| image.predicted[class]) + present[class] + DICE_SMOOTH;
        let dice = (2.0 * overlap + DICE_SMOOTH) / area;
        dice_loss += (1.0 - dice) / judged;
        let factor = f64::from(settings.dice_weight) / judged;
        dice_slopes[class] = ((factor * dice / area) as f32, (-2.0 * factor / area) as f32);
    }
    let value =
        total(&|image| image.cross_entropy) / weight + f64::from(settings.dice_weight) * dice_loss;
    let mut grad = vec![0.0; logits.len()];
    grad.par_chunks_mut(classes * pixels)
        .zip(images.par_iter().zip(labels.par_chunks(pixels)))
        .for_each(|(grad, (image, labels))| {
            image_grad(grad, image, labels, weight as f32, &dice_slopes, settings)
        });
    SegmentationLoss {
        value: value as f32,
        grad,
    }
}

fn image_sums(logits: &[f32], labels: &[u8], settings: &LossSettings) -> ImageSums {
    let classes = settings.class_weights.len();
    let pixels = labels.len();
    let mut sums = ImageSums {
        probabilities: vec![0.0; classes * pixels],
        cross_entropy: 0.0,
        weight: 0.0,
        overlap: vec![0.0; classes],
        predicted: vec![0.0; classes],
        present: vec![0.0; classes],
    };
    for (pixel, &label) in labels.iter().enumerate() {
        let label = usize::from(label);
        let logit = |class: usize| logits[class * pixels + pixel];
        let largest = (0..classes).map(logit).fold(f32::NEG_INFINITY, f32::max);
        let (mut sum, mut mean_logit) = (0.0_f32, 0.0_f32);
        for class in 0..classes {
            let exponential = (logit(class) - largest).exp();
            sums.probabilities[class * pixels + pixel] = exponential;
            sum += exponential;
            mean_logit += logit(class);
        }
        for class in 0..classes {
            let probability = sums.probabilities[class * pixels + pixel] / sum;
            sums.probabilities[class * pixels + pixel] = probability;
            sums.predicted[class] += f64::from(probability);
        }
        let log_sum = largest + sum.ln();
        let smoothing = settings.label_smoothing;
        let entropy =
            log_sum - (1.0 - smoothing) * logit(label) - smoothing * mean_logit / classes as f32;
        let weight = settings.class_weights[label];
        sums.cross_entropy += f64::from(weight * entropy);
        sums.weight += f64::from(weight);
        sums.overlap[label] += f64::from(sums.probabilities[label * pixels + pixel]);
        sums.present[label] += 1.0;
    }
    sums
}

fn image_grad(
    grad: &mut [f32],
    image: &ImageSums,
    labels: &[u8],
    total_weight: f32,
    dice_slopes: &[(f32, f32)],
    settings: &LossSettings,
) {
    let classes = settings.class_weights.len();
    let pixels = labels.len();
    let spread = settings.label_smoothing / classes as f32;
    for (pixel, &label) in labels.iter().enumerate() {
        let label = usize::from(label);
        let probability = |class: usize| image.probabilities[class * pixels + pixel];
        let slope = |class: usize| {
            dice_slopes[class].0
                + if class == label {
                    dice_slopes[class].1
                } else {
                    0.0
                }
        };
        let mean_slope: f32 = (0..classes)
            .map(|class| slope(class) * probability(class))
            .sum();
        let weight = settings.class_weights[label] / total_weight;
        for class in 0..classes {
            let target = spread
                + if class == label {
                    1.0 - settings.label_smoothing
                } else {
                    0.0
                };
            let p = probability(class);
            grad[class * pixels + pixel] = weight * (p - target) + p * (slope(class) - mean_slope);
        }
    }
}
