//! The segmentation loss as one differentiable operation; its gradient is computed with its value.

use std::fmt;
use std::sync::Arc;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::Tensor;

use super::track::{pass, primitive, register, tracked, values};
use crate::kernels::{self, LossSettings};

#[derive(Clone)]
struct Saved {
    grad: Arc<Vec<f32>>,
    dims: [usize; 4],
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Saved({:?})", self.dims)
    }
}

/// Loss of `logits` = `[batch, 4 · class, h, w]` in sub-pixel order against `labels` = `[batch, 4 · h · w]` in the
/// same order. One element.
pub(crate) fn segmentation_loss(
    logits: Tensor<4>,
    labels: &[u8],
    settings: &LossSettings,
) -> Tensor<1> {
    let dims = logits.dims();
    let (logits, node) = tracked(logits).into_parts();
    let pixels = labels.len() / dims[0];
    let loss = kernels::segmentation_loss(&values::<4>(logits), labels, pixels, settings);
    register(
        Loss,
        [node],
        Saved {
            grad: Arc::new(loss.grad),
            dims,
        },
        primitive(vec![loss.value], [1]),
    )
}

#[derive(Debug)]
struct Loss;

impl Backward<Flex, 1> for Loss {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 1>, grads: &mut Gradients, _: &mut Checkpointer) {
        let factor = values::<1>(grads.consume::<Flex>(&ops.node))[0];
        let scaled = ops.state.grad.iter().map(|value| value * factor).collect();
        pass(&ops, grads, 0, scaled, ops.state.dims);
    }
}
