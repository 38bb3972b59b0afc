//! The same operations without gradients, on the processor: what inference runs there.

use burn::backend::Flex;
use burn::tensor::{Device, Tensor};

use super::conv::{conv_shape, out_dims};
use super::track::{primitive, values};
use crate::kernels::{self, ChannelAffine, EPSILON, UpcatShape, conv3x3_affine};

/// Running statistics and parameters of a batch normalisation.
pub(crate) struct Normalisation {
    pub gamma: Tensor<1>,
    pub beta: Tensor<1>,
    pub mean: Tensor<1>,
    pub variance: Tensor<1>,
}

/// Whether the tensor lives on the processor without autodiff.
pub(crate) fn infers<const D: usize>(tensor: &Tensor<D>) -> bool {
    let device = tensor.device();
    !device.is_autodiff() && device == Device::flex()
}

fn memory<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    let primitive = tensor.try_into_primitive::<Flex>();
    values::<D>(primitive.expect("callers have asked whether the tensor lives on the processor"))
}

fn tensor<const D: usize>(values: Vec<f32>, dims: [usize; D]) -> Tensor<D> {
    Tensor::from_primitive::<Flex>(primitive(values, dims))
}

/// `relu(batch_norm(conv3x3(x)))` with running statistics.
pub(crate) fn infer_conv_norm_relu(
    x: Tensor<4>,
    weight: Tensor<4>,
    norm: Normalisation,
) -> Tensor<4> {
    let shape = conv_shape(x.dims(), weight.dims());
    let (mean, variance) = (memory(norm.mean), memory(norm.variance));
    let scale: Vec<f32> = memory(norm.gamma)
        .iter()
        .zip(&variance)
        .map(|(gamma, variance)| gamma / (variance + EPSILON).sqrt())
        .collect();
    let shift: Vec<f32> = memory(norm.beta)
        .into_iter()
        .zip(&scale)
        .zip(&mean)
        .map(|((beta, scale), mean)| beta - mean * scale)
        .collect();
    let affine = ChannelAffine {
        scale,
        shift,
        clips: true,
    };
    tensor(
        conv3x3_affine(&memory(x), &memory(weight), &affine, shape),
        out_dims(shape),
    )
}

/// `conv3x3(x) + bias`.
pub(crate) fn infer_conv_bias(x: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>) -> Tensor<4> {
    let shape = conv_shape(x.dims(), weight.dims());
    let affine = ChannelAffine {
        scale: vec![1.0; shape.channels_out],
        shift: memory(bias),
        clips: false,
    };
    tensor(
        conv3x3_affine(&memory(x), &memory(weight), &affine, shape),
        out_dims(shape),
    )
}

/// `concat(repeat each pixel of coarse 2×2, skip)`.
pub(crate) fn infer_upcat(coarse: Tensor<4>, skip: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = coarse.dims();
    let shape = UpcatShape {
        batch,
        coarse: channels,
        skip: skip.dims()[1],
        height,
        width,
    };
    let out = kernels::upcat(&memory(coarse), &memory(skip), shape);
    tensor(
        out,
        [batch, shape.coarse + shape.skip, 2 * height, 2 * width],
    )
}
