//! 3×3 convolution, stride 1, zero padding 1, on `[batch, channel, height, width]` memory.

use rayon::prelude::*;

use super::gemm::{Matrix, matmul};

/// Output columns per matrix product: enough to amortise packing, little enough to stay in the second-level cache.
const BLOCK_COLUMNS: usize = 1024;

/// Sizes of one convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConvShape {
    pub batch: usize,
    pub channels_in: usize,
    pub channels_out: usize,
    pub height: usize,
    pub width: usize,
}

impl ConvShape {
    pub(crate) fn plane(&self) -> usize {
        self.height * self.width
    }

    /// Width of a row with its zero border.
    pub(super) fn padded_width(&self) -> usize {
        self.width + 2
    }

    /// Elements of one padded channel; two more than the border needs, so that a shifted row never runs out.
    pub(super) fn padded_plane(&self) -> usize {
        (self.height + 2) * self.padded_width() + 2
    }

    /// Rows per block, from the column budget.
    pub(super) fn block_rows(&self) -> usize {
        (BLOCK_COLUMNS / self.padded_width()).clamp(1, self.height.max(1))
    }
}

/// `[batch, out, h, w]` from `x` = `[batch, in, h, w]` and `weight` = `[out, in, 3, 3]`.
pub(crate) fn conv3x3(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    shape: ConvShape,
) -> Vec<f32> {
    let mut out = vec![0.0; shape.batch * shape.channels_out * shape.plane()];
    out.par_chunks_mut(shape.channels_out * shape.plane())
        .zip(x.par_chunks(shape.channels_in * shape.plane()))
        .for_each(|(out, x)| conv_image(x, weight, bias, shape, out));
    out
}

/// One image of [`conv3x3`]; also the gradient by the input when given the turned weights.
pub(super) fn conv_image(
    x: &[f32],
    weight: &[f32],
    bias: Option<&[f32]>,
    shape: ConvShape,
    out: &mut [f32],
) {
    let padded = pad(x, shape.channels_in, shape);
    let depth = shape.channels_in * 9;
    let padded_width = shape.padded_width();
    let mut columns = vec![0.0; depth * shape.block_rows() * padded_width];
    let mut product = vec![0.0; shape.channels_out * shape.block_rows() * padded_width];
    for (row_start, rows) in blocks(shape) {
        let count = rows * padded_width;
        gather_columns(
            &padded,
            shape.channels_in,
            shape,
            row_start,
            count,
            &mut columns,
        );
        let weights = Matrix::dense(weight, shape.channels_out, depth);
        matmul(
            &mut product,
            weights,
            Matrix::dense(&columns[..depth * count], depth, count),
            false,
        );
        for channel in 0..shape.channels_out {
            let offset = bias.map_or(0.0, |bias| bias[channel]);
            for row in 0..rows {
                let from = &product[channel * count + row * padded_width..][..shape.width];
                let to = &mut out[channel * shape.plane() + (row_start + row) * shape.width..]
                    [..shape.width];
                to.copy_from_slice(from);
                if bias.is_some() {
                    to.iter_mut().for_each(|value| *value += offset);
                }
            }
        }
    }
}

/// `(first row, rows)` of each block of an image.
pub(super) fn blocks(shape: ConvShape) -> impl Iterator<Item = (usize, usize)> {
    let step = shape.block_rows();
    (0..shape.height)
        .step_by(step)
        .map(move |start| (start, step.min(shape.height - start)))
}

/// `[channels, padded plane]` with a border of zeros.
pub(super) fn pad(x: &[f32], channels: usize, shape: ConvShape) -> Vec<f32> {
    pad_with_tail(x, channels, shape, 0)
}

/// As [`pad`], with `tail` more zeros after each channel.
pub(super) fn pad_with_tail(x: &[f32], channels: usize, shape: ConvShape, tail: usize) -> Vec<f32> {
    let padded_width = shape.padded_width();
    let plane = shape.padded_plane() + tail;
    let mut padded = vec![0.0; channels * plane];
    for channel in 0..channels {
        for row in 0..shape.height {
            let to = channel * plane + (row + 1) * padded_width + 1;
            let from = channel * shape.plane() + row * shape.width;
            padded[to..to + shape.width].copy_from_slice(&x[from..from + shape.width]);
        }
    }
    padded
}

/// Rows `(channel, ky, kx)` of the patch matrix for `count` padded positions from `row_start` on: nine shifted
/// copies per channel. The two columns past each row's end hold junk that the caller skips.
pub(super) fn gather_columns(
    padded: &[f32],
    channels: usize,
    shape: ConvShape,
    row_start: usize,
    count: usize,
    columns: &mut [f32],
) {
    let (plane, width) = (shape.padded_plane(), shape.padded_width());
    gather_flat(
        padded,
        plane,
        width,
        row_start * width,
        count,
        &mut columns[..channels * 9 * count],
    );
}

/// The patch matrix of `count` flat positions from `start` on, of channels that lie `plane` apart.
pub(super) fn gather_flat(
    padded: &[f32],
    plane: usize,
    padded_width: usize,
    start: usize,
    count: usize,
    columns: &mut [f32],
) {
    for (index, to) in columns.chunks_exact_mut(count).enumerate() {
        let (channel, tap) = (index / 9, index % 9);
        let from = channel * plane + start + (tap / 3) * padded_width + tap % 3;
        to.copy_from_slice(&padded[from..from + count]);
    }
}
