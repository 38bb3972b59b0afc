//! Moving between burn's tensors and plain memory, and registering backward steps.

use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, NodeGuard, Ops, OpsKind};
use burn::backend::{Autodiff, BackendTypes, Flex};
use burn::tensor::{Device, Tensor, TensorData};

/// A float tensor of the CPU backend.
pub(super) type Primitive = <Flex as BackendTypes>::FloatTensorPrimitive;

/// A float tensor of the CPU backend with its place in the graph.
pub(super) type Tracked = <Autodiff<Flex> as BackendTypes>::FloatTensorPrimitive;

/// Whether the tensor lives on the CPU device with autodiff, which is what these operations are for.
pub(crate) fn applies<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.device().is_autodiff()
        && tensor
            .clone()
            .try_into_primitive::<Autodiff<Flex>>()
            .is_ok()
}

/// The tensor's graph handle. Callers have asked [`applies`] of an operand of the same device.
pub(super) fn tracked<const D: usize>(tensor: Tensor<D>) -> Tracked {
    tensor
        .try_into_primitive::<Autodiff<Flex>>()
        .expect("operands of a fused operation share one autodiff CPU device")
}

/// Values in row-major order.
pub(super) fn values<const D: usize>(primitive: Primitive) -> Vec<f32> {
    Tensor::<D>::from_primitive::<Flex>(primitive)
        .into_data()
        .try_into_vec::<f32>()
        .expect("training runs in f32, so the values of a tensor are f32")
}

/// A CPU tensor over `values`.
pub(super) fn primitive<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Primitive {
    Tensor::<D>::from_data(TensorData::new(values, shape), &Device::flex())
        .try_into_primitive::<Flex>()
        .expect("a tensor made on the CPU device lives there")
}

/// Adds `output` to the graph with `op` as its backward step.
pub(super) fn register<const N: usize, const D: usize, Op: Backward<Flex, N>>(
    op: Op,
    inputs: [NodeGuard; N],
    state: Op::State,
    output: Primitive,
) -> Tensor<D> {
    let node = match op
        .prepare::<NoCheckpointing>(inputs)
        .compute_bound()
        .stateful()
    {
        OpsKind::Tracked(prep) => prep.finish(state, output),
        OpsKind::UnTracked(prep) => prep.finish(output),
    };
    Tensor::from_primitive::<Autodiff<Flex>>(node)
}

/// Hands the gradient of parent `index` on, if that parent wants one.
pub(super) fn pass<S, const N: usize, const D: usize>(
    ops: &Ops<S, N>,
    grads: &mut Gradients,
    index: usize,
    values: Vec<f32>,
    shape: [usize; D],
) {
    if let Some(node) = &ops.parents[index] {
        grads.register::<Flex>(node.id, primitive(values, shape));
    }
}
