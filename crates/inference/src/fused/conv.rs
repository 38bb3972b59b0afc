//! Convolution → batch normalisation → rectification, and the plain convolution with bias of the head.

use std::fmt;
use std::sync::Arc;

use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops};
use burn::tensor::Tensor;

use super::track::{pass, primitive, register, tracked, values};
use crate::kernels::{ConvShape, conv3x3, conv3x3_grads, norm_relu, norm_relu_grads};

/// Statistics of one batch, for the running averages of the normalisation layer.
pub(crate) struct BatchStatistics {
    /// Mean per channel.
    pub mean: Vec<f32>,
    /// Biased variance per channel.
    pub variance: Vec<f32>,
}

/// What the backward step of either operation needs.
#[derive(Clone)]
struct Saved(Arc<SavedValues>);

struct SavedValues {
    shape: ConvShape,
    x: Vec<f32>,
    weight: Vec<f32>,
    /// Present for the normalised operation only.
    norm: Option<SavedNorm>,
}

struct SavedNorm {
    z: Vec<f32>,
    gamma: Vec<f32>,
    beta: Vec<f32>,
    mean: Vec<f32>,
    variance: Vec<f32>,
}

impl fmt::Debug for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Saved({:?})", self.0.shape)
    }
}

pub(super) fn conv_shape(x: [usize; 4], weight: [usize; 4]) -> ConvShape {
    debug_assert_eq!((x[1], weight[2], weight[3]), (weight[1], 3, 3));
    ConvShape {
        batch: x[0],
        channels_in: x[1],
        channels_out: weight[0],
        height: x[2],
        width: x[3],
    }
}

fn in_dims(shape: ConvShape) -> [usize; 4] {
    [shape.batch, shape.channels_in, shape.height, shape.width]
}

pub(super) fn out_dims(shape: ConvShape) -> [usize; 4] {
    [shape.batch, shape.channels_out, shape.height, shape.width]
}

fn weight_dims(shape: ConvShape) -> [usize; 4] {
    [shape.channels_out, shape.channels_in, 3, 3]
}

/// `relu(batch_norm(conv3x3(x)))` with the statistics of the batch.
pub(crate) fn conv_norm_relu(
    x: Tensor<4>,
    weight: Tensor<4>,
    gamma: Tensor<1>,
    beta: Tensor<1>,
) -> (Tensor<4>, BatchStatistics) {
    let shape = conv_shape(x.dims(), weight.dims());
    let (x, x_node) = tracked(x).into_parts();
    let (weight, weight_node) = tracked(weight).into_parts();
    let (gamma, gamma_node) = tracked(gamma).into_parts();
    let (beta, beta_node) = tracked(beta).into_parts();
    let (x, weight) = (values::<4>(x), values::<4>(weight));
    let (gamma, beta) = (values::<1>(gamma), values::<1>(beta));
    let z = conv3x3(&x, &weight, None, shape);
    let forward = norm_relu(&z, &gamma, &beta, shape);
    let statistics = BatchStatistics {
        mean: forward.mean.clone(),
        variance: forward.variance.clone(),
    };
    let norm = SavedNorm {
        z,
        gamma,
        beta,
        mean: forward.mean,
        variance: forward.variance,
    };
    let saved = Saved(Arc::new(SavedValues {
        shape,
        x,
        weight,
        norm: Some(norm),
    }));
    let output = primitive(forward.y, out_dims(shape));
    (
        register(
            ConvNormRelu,
            [x_node, weight_node, gamma_node, beta_node],
            saved,
            output,
        ),
        statistics,
    )
}

#[derive(Debug)]
struct ConvNormRelu;

impl Backward<Flex, 4> for ConvNormRelu {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 4>, grads: &mut Gradients, _: &mut Checkpointer) {
        let y_grad = values::<4>(grads.consume::<Flex>(&ops.node));
        let saved = &*ops.state.0;
        let shape = saved.shape;
        let norm = saved
            .norm
            .as_ref()
            .expect("the normalised convolution saves its statistics");
        let statistics = (norm.mean.as_slice(), norm.variance.as_slice());
        let by_norm = norm_relu_grads(&norm.z, &y_grad, &norm.gamma, &norm.beta, statistics, shape);
        let by_conv = conv3x3_grads(
            &saved.x,
            &saved.weight,
            &by_norm.z,
            shape,
            ops.parents[0].is_some(),
        );
        if let Some(x) = by_conv.x {
            pass(&ops, grads, 0, x, in_dims(shape));
        }
        pass(&ops, grads, 1, by_conv.weight, weight_dims(shape));
        pass(&ops, grads, 2, by_norm.gamma, [shape.channels_out]);
        pass(&ops, grads, 3, by_norm.beta, [shape.channels_out]);
    }
}

/// `conv3x3(x) + bias`.
pub(crate) fn conv_bias(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let shape = conv_shape(x.dims(), weight.dims());
    let (x, x_node) = tracked(x).into_parts();
    let (weight, weight_node) = tracked(weight).into_parts();
    let (bias, bias_node) = tracked(bias).into_parts();
    let (x, weight, bias) = (values::<4>(x), values::<4>(weight), values::<1>(bias));
    let output = primitive(conv3x3(&x, &weight, Some(&bias), shape), out_dims(shape));
    let saved = Saved(Arc::new(SavedValues {
        shape,
        x,
        weight,
        norm: None,
    }));
    register(ConvBias, [x_node, weight_node, bias_node], saved, output)
}

#[derive(Debug)]
struct ConvBias;

impl Backward<Flex, 3> for ConvBias {
    type State = Saved;

    fn backward(self, ops: Ops<Saved, 3>, grads: &mut Gradients, _: &mut Checkpointer) {
        let out_grad = values::<4>(grads.consume::<Flex>(&ops.node));
        let saved = &*ops.state.0;
        let shape = saved.shape;
        let by_conv = conv3x3_grads(
            &saved.x,
            &saved.weight,
            &out_grad,
            shape,
            ops.parents[0].is_some(),
        );
        let mut bias = vec![0.0; shape.channels_out];
        for (index, plane) in out_grad.chunks_exact(shape.plane()).enumerate() {
            bias[index % shape.channels_out] += plane.iter().sum::<f32>();
        }
        if let Some(x) = by_conv.x {
            pass(&ops, grads, 0, x, in_dims(shape));
        }
        pass(&ops, grads, 1, by_conv.weight, weight_dims(shape));
        pass(&ops, grads, 2, bias, [shape.channels_out]);
    }
}
