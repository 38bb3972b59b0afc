//! Gradients of the 3×3 convolution by its input and its weights.

use rayon::prelude::*;

use super::conv::{ConvShape, blocks, conv_image, gather_columns, pad};
use super::gemm::{Matrix, matmul};

/// What [`conv3x3_grads`] returns.
pub(crate) struct ConvGrads {
    /// `[batch, in, h, w]`; absent when nobody asked.
    pub x: Option<Vec<f32>>,
    /// `[out, in, 3, 3]`.
    pub weight: Vec<f32>,
}

/// Gradients of `conv3x3(x, weight)` given `out_grad` = `[batch, out, h, w]`.
pub(crate) fn conv3x3_grads(
    x: &[f32],
    weight: &[f32],
    out_grad: &[f32],
    shape: ConvShape,
    want_x: bool,
) -> ConvGrads {
    let turned = if want_x {
        turn(weight, shape)
    } else {
        Vec::new()
    };
    let per_image: Vec<(Vec<f32>, Vec<f32>)> = x
        .par_chunks(shape.channels_in * shape.plane())
        .zip(out_grad.par_chunks(shape.channels_out * shape.plane()))
        .map(|(x, out_grad)| {
            let x_grad = if want_x {
                input_grad(out_grad, &turned, shape)
            } else {
                Vec::new()
            };
            (x_grad, weight_grad(x, out_grad, shape))
        })
        .collect();
    let mut weight_sum = vec![0.0; weight.len()];
    let mut x_grad = Vec::with_capacity(if want_x { x.len() } else { 0 });
    for (image_x, image_weight) in per_image {
        x_grad.extend_from_slice(&image_x);
        weight_sum
            .iter_mut()
            .zip(image_weight)
            .for_each(|(sum, value)| *sum += value);
    }
    ConvGrads {
        x: want_x.then_some(x_grad),
        weight: weight_sum,
    }
}

/// The input's gradient is a convolution of the output's gradient with the kernel turned by half a circle.
fn input_grad(out_grad: &[f32], turned: &[f32], shape: ConvShape) -> Vec<f32> {
    let reversed = ConvShape {
        channels_in: shape.channels_out,
        channels_out: shape.channels_in,
        ..shape
    };
    let mut grad = vec![0.0; shape.channels_in * shape.plane()];
    conv_image(out_grad, turned, None, reversed, &mut grad);
    grad
}

/// `[in, out, 3, 3]`: channels swapped, taps in reverse order.
fn turn(weight: &[f32], shape: ConvShape) -> Vec<f32> {
    let mut turned = vec![0.0; weight.len()];
    for out in 0..shape.channels_out {
        for input in 0..shape.channels_in {
            for tap in 0..9 {
                turned[(input * shape.channels_out + out) * 9 + 8 - tap] =
                    weight[(out * shape.channels_in + input) * 9 + tap];
            }
        }
    }
    turned
}

fn weight_grad(x: &[f32], out_grad: &[f32], shape: ConvShape) -> Vec<f32> {
    let depth = shape.channels_in * 9;
    let padded_width = shape.padded_width();
    let padded_x = pad(x, shape.channels_in, shape);
    let padded_grad = pad(out_grad, shape.channels_out, shape);
    let mut columns = vec![0.0; depth * shape.block_rows() * padded_width];
    let mut grad = vec![0.0; shape.channels_out * depth];
    for (row_start, rows) in blocks(shape) {
        let count = rows * padded_width;
        gather_columns(
            &padded_x,
            shape.channels_in,
            shape,
            row_start,
            count,
            &mut columns,
        );
        // Reading the padded gradient from its first inner element, the junk columns meet zeros and vanish.
        let lhs = Matrix {
            data: &padded_grad[(row_start + 1) * padded_width + 1..],
            rows: shape.channels_out,
            cols: count,
            row_stride: shape.padded_plane(),
            col_stride: 1,
        };
        let rhs = Matrix::dense(&columns[..depth * count], depth, count).transposed();
        matmul(&mut grad, lhs, rhs, row_start > 0);
    }
    grad
}
