//! Doubling and concatenation as one differentiable operation.

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::Tensor;

use super::track::{pass, primitive, register, tracked, values};
use crate::kernels::{self, UpcatShape};

/// `concat(repeat each pixel of coarse 2×2, skip)`.
pub(crate) fn upcat(coarse: Tensor<4>, skip: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = coarse.dims();
    let shape = UpcatShape {
        batch,
        coarse: channels,
        skip: skip.dims()[1],
        height,
        width,
    };
    let (coarse, coarse_node) = tracked(coarse).into_parts();
    let (skip, skip_node) = tracked(skip).into_parts();
    let out = kernels::upcat(&values::<4>(coarse), &values::<4>(skip), shape);
    let dims = [batch, shape.coarse + shape.skip, 2 * height, 2 * width];
    register(Upcat, [coarse_node, skip_node], shape, primitive(out, dims))
}

#[derive(Debug)]
struct Upcat;

impl Backward<Flex, 2> for Upcat {
    type State = UpcatShape;

    fn backward(self, ops: Ops<UpcatShape, 2>, grads: &mut Gradients, _: &mut Checkpointer) {
        let out_grad = values::<4>(grads.consume::<Flex>(&ops.node));
        let shape = ops.state;
        let (coarse, skip) = kernels::upcat_grads(&out_grad, shape);
        pass(
            &ops,
            grads,
            0,
            coarse,
            [shape.batch, shape.coarse, shape.height, shape.width],
        );
        pass(
            &ops,
            grads,
            1,
            skip,
            [shape.batch, shape.skip, 2 * shape.height, 2 * shape.width],
        );
    }
}
