//! The 3×3 convolution of inference: many threads on one image, normalisation folded into the way out.
//!
//! Every matrix product has the same number of columns, whatever the picture's size, so that an output value is the
//! same sequence of additions in a tile and in the whole picture.

use rayon::prelude::*;

use super::conv::{ConvShape, gather_flat, pad_with_tail};
use super::gemm::{Matrix, matmul};

/// Columns of each product.
const COLUMNS: usize = 512;

/// What is done to each output channel: `value · scale + shift`, clipped at zero if `clips`.
pub(crate) struct ChannelAffine {
    pub scale: Vec<f32>,
    pub shift: Vec<f32>,
    pub clips: bool,
}

/// `[batch, out, h, w]` from `x` = `[batch, in, h, w]` and `weight` = `[out, in, 3, 3]`.
pub(crate) fn conv3x3_affine(
    x: &[f32],
    weight: &[f32],
    affine: &ChannelAffine,
    shape: ConvShape,
) -> Vec<f32> {
    let mut out = vec![0.0; shape.batch * shape.channels_out * shape.plane()];
    let images = out
        .chunks_mut((shape.channels_out * shape.plane()).max(1))
        .zip(x.chunks((shape.channels_in * shape.plane()).max(1)));
    for (out, x) in images {
        let products = products(x, weight, shape);
        out.par_chunks_mut(shape.plane())
            .enumerate()
            .for_each(|(channel, plane)| scatter(plane, channel, &products, affine, shape));
    }
    out
}

/// `[out, COLUMNS]` for each run of flat positions of the padded picture.
fn products(x: &[f32], weight: &[f32], shape: ConvShape) -> Vec<Vec<f32>> {
    let depth = shape.channels_in * 9;
    let padded = pad_with_tail(x, shape.channels_in, shape, COLUMNS);
    let plane = shape.padded_plane() + COLUMNS;
    let runs = (shape.height * shape.padded_width()).div_ceil(COLUMNS);
    (0..runs)
        .into_par_iter()
        .map_init(
            || vec![0.0; depth * COLUMNS],
            |columns, run| {
                gather_flat(
                    &padded,
                    plane,
                    shape.padded_width(),
                    run * COLUMNS,
                    COLUMNS,
                    columns,
                );
                let mut product = vec![0.0; shape.channels_out * COLUMNS];
                let weights = Matrix::dense(weight, shape.channels_out, depth);
                matmul(
                    &mut product,
                    weights,
                    Matrix::dense(columns, depth, COLUMNS),
                    false,
                );
                product
            },
        )
        .collect()
}

/// Takes one channel out of the products, leaving the two junk columns of each padded row behind.
fn scatter(
    plane: &mut [f32],
    channel: usize,
    products: &[Vec<f32>],
    affine: &ChannelAffine,
    shape: ConvShape,
) {
    let (scale, shift) = (affine.scale[channel], affine.shift[channel]);
    let floor = if affine.clips { 0.0 } else { f32::NEG_INFINITY };
    for (row, line) in plane.chunks_exact_mut(shape.width).enumerate() {
        let mut at = row * shape.padded_width();
        let mut line = line;
        while !line.is_empty() {
            let (run, offset) = (at / COLUMNS, at % COLUMNS);
            let count = line.len().min(COLUMNS - offset);
            let (now, later) = line.split_at_mut(count);
            let from = &products[run][channel * COLUMNS + offset..][..count];
            for (to, &value) in now.iter_mut().zip(from) {
                *to = (value * scale + shift).max(floor);
            }
            (line, at) = (later, at + count);
        }
    }
}
