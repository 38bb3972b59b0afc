//! Doubling a feature map by repetition and putting the skip connection beside it, in one pass.

use rayon::prelude::*;

/// Sizes: the coarse map is `[batch, coarse, h, w]`, the skip `[batch, skip, 2h, 2w]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpcatShape {
    pub batch: usize,
    pub coarse: usize,
    pub skip: usize,
    pub height: usize,
    pub width: usize,
}

impl UpcatShape {
    fn coarse_plane(&self) -> usize {
        self.height * self.width
    }

    fn fine_plane(&self) -> usize {
        4 * self.coarse_plane()
    }
}

/// `[batch, coarse + skip, 2h, 2w]`.
pub(crate) fn upcat(coarse: &[f32], skip: &[f32], shape: UpcatShape) -> Vec<f32> {
    let fine = shape.fine_plane();
    let mut out = vec![0.0; shape.batch * (shape.coarse + shape.skip) * fine];
    out.par_chunks_mut((shape.coarse + shape.skip) * fine)
        .zip(
            coarse
                .par_chunks(shape.coarse * shape.coarse_plane())
                .zip(skip.par_chunks(shape.skip * fine)),
        )
        .for_each(|(out, (coarse, skip))| {
            let (repeated, beside) = out.split_at_mut(shape.coarse * fine);
            beside.copy_from_slice(skip);
            for (row, from) in coarse.chunks_exact(shape.width).enumerate() {
                let to = &mut repeated[row * 4 * shape.width..][..4 * shape.width];
                let (upper, lower) = to.split_at_mut(2 * shape.width);
                for (pair, &value) in upper.chunks_exact_mut(2).zip(from) {
                    pair.fill(value);
                }
                lower.copy_from_slice(upper);
            }
        });
    out
}

/// Gradients by the coarse map and by the skip.
pub(crate) fn upcat_grads(out_grad: &[f32], shape: UpcatShape) -> (Vec<f32>, Vec<f32>) {
    let fine = shape.fine_plane();
    let mut coarse = vec![0.0; shape.batch * shape.coarse * shape.coarse_plane()];
    let mut skip = vec![0.0; shape.batch * shape.skip * fine];
    coarse
        .par_chunks_mut(shape.coarse * shape.coarse_plane())
        .zip(skip.par_chunks_mut(shape.skip * fine))
        .zip(out_grad.par_chunks((shape.coarse + shape.skip) * fine))
        .for_each(|((coarse, skip), grad)| {
            let (repeated, beside) = grad.split_at(shape.coarse * fine);
            skip.copy_from_slice(beside);
            for (row, to) in coarse.chunks_exact_mut(shape.width).enumerate() {
                let from = &repeated[row * 4 * shape.width..][..4 * shape.width];
                let (upper, lower) = from.split_at(2 * shape.width);
                for ((to, a), b) in to
                    .iter_mut()
                    .zip(upper.chunks_exact(2))
                    .zip(lower.chunks_exact(2))
                {
                    *to = a[0] + a[1] + b[0] + b[1];
                }
            }
        });
    (coarse, skip)
}
