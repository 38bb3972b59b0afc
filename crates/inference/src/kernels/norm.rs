//! Batch normalisation and rectification in one pass, with their gradients.

use rayon::prelude::*;

use super::conv::ConvShape;

/// Guards the division by a vanishing spread; the value of the batch normalisation layer it stands for.
pub(crate) const EPSILON: f32 = 1e-5;

/// Output and batch statistics of [`norm_relu`].
pub(crate) struct NormForward {
    /// `max(0, normalised · gamma + beta)`, `[batch, channel, h, w]`.
    pub y: Vec<f32>,
    /// Mean of the batch per channel.
    pub mean: Vec<f32>,
    /// Biased variance of the batch per channel.
    pub variance: Vec<f32>,
}

/// Gradients of [`norm_relu`].
pub(crate) struct NormBackward {
    /// By the input, `[batch, channel, h, w]`.
    pub z: Vec<f32>,
    /// By the scale.
    pub gamma: Vec<f32>,
    /// By the shift.
    pub beta: Vec<f32>,
}

/// Normalises `z` with the statistics of the batch, scales, shifts, clips at zero.
pub(crate) fn norm_relu(z: &[f32], gamma: &[f32], beta: &[f32], shape: ConvShape) -> NormForward {
    let channels = shape.channels_out;
    let count = (shape.batch * shape.plane()) as f64;
    let sums = channel_sums(z, shape, |plane, _| {
        plane.iter().map(|&value| f64::from(value)).sum()
    });
    let mean: Vec<f32> = sums.iter().map(|sum| (sum / count) as f32).collect();
    let squares = channel_sums(z, shape, |plane, channel| {
        let mean = mean[channel];
        plane
            .iter()
            .map(|&value| f64::from((value - mean) * (value - mean)))
            .sum()
    });
    let variance: Vec<f32> = squares.iter().map(|sum| (sum / count) as f32).collect();
    let mut y = vec![0.0; z.len()];
    y.par_chunks_mut(shape.plane())
        .zip(z.par_chunks(shape.plane()))
        .enumerate()
        .for_each(|(index, (y, z))| {
            let channel = index % channels;
            let scale = gamma[channel] / (variance[channel] + EPSILON).sqrt();
            let shift = beta[channel] - mean[channel] * scale;
            for (y, z) in y.iter_mut().zip(z) {
                *y = (z * scale + shift).max(0.0);
            }
        });
    NormForward { y, mean, variance }
}

/// Gradients given `y_grad`, from the same `z` and the statistics of the forward pass.
pub(crate) fn norm_relu_grads(
    z: &[f32],
    y_grad: &[f32],
    gamma: &[f32],
    beta: &[f32],
    forward: (&[f32], &[f32]),
    shape: ConvShape,
) -> NormBackward {
    let (mean, variance) = forward;
    let channels = shape.channels_out;
    let count = (shape.batch * shape.plane()) as f32;
    let affine = |channel: usize| {
        let inverse = 1.0 / (variance[channel] + EPSILON).sqrt();
        (
            inverse,
            gamma[channel] * inverse,
            beta[channel] - mean[channel] * gamma[channel] * inverse,
        )
    };
    let partial: Vec<(f64, f64)> = z
        .par_chunks(shape.plane())
        .zip(y_grad.par_chunks(shape.plane()))
        .enumerate()
        .map(|(index, (z, grad))| {
            let channel = index % channels;
            let (inverse, scale, shift) = affine(channel);
            let (mut sum, mut projected) = (0.0_f64, 0.0_f64);
            for (&z, &grad) in z.iter().zip(grad) {
                if z * scale + shift > 0.0 {
                    sum += f64::from(grad);
                    projected += f64::from(grad * (z - mean[channel]) * inverse);
                }
            }
            (sum, projected)
        })
        .collect();
    let (mut sums, mut projections) = (vec![0.0_f64; channels], vec![0.0_f64; channels]);
    for (index, (sum, projected)) in partial.into_iter().enumerate() {
        sums[index % channels] += sum;
        projections[index % channels] += projected;
    }
    let mut z_grad = vec![0.0; z.len()];
    z_grad
        .par_chunks_mut(shape.plane())
        .zip(
            z.par_chunks(shape.plane())
                .zip(y_grad.par_chunks(shape.plane())),
        )
        .enumerate()
        .for_each(|(index, (out, (z, grad)))| {
            let channel = index % channels;
            let (inverse, scale, shift) = affine(channel);
            let mean_grad = sums[channel] as f32 / count;
            let mean_projected = projections[channel] as f32 / count;
            for ((out, &z), &grad) in out.iter_mut().zip(z).zip(grad) {
                let passed = if z * scale + shift > 0.0 { grad } else { 0.0 };
                *out =
                    scale * (passed - mean_grad - (z - mean[channel]) * inverse * mean_projected);
            }
        });
    let single = |values: Vec<f64>| values.into_iter().map(|value| value as f32).collect();
    NormBackward {
        z: z_grad,
        gamma: single(projections),
        beta: single(sums),
    }
}

/// Sums a function of each channel's planes over the batch, in image order.
fn channel_sums(
    z: &[f32],
    shape: ConvShape,
    of_plane: impl Fn(&[f32], usize) -> f64 + Sync,
) -> Vec<f64> {
    let channels = shape.channels_out;
    let partial: Vec<f64> = z
        .par_chunks(shape.plane())
        .enumerate()
        .map(|(index, plane)| of_plane(plane, index % channels))
        .collect();
    let mut sums = vec![0.0; channels];
    for (index, value) in partial.into_iter().enumerate() {
        sums[index % channels] += value;
    }
    sums
}
