//! The network as a burn module.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::{BatchNorm, BatchNormConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::module::max_pool2d;
use burn::tensor::ops::MaxPoolOptions;
use burn::tensor::{Device, Tensor, TensorData};

use super::Architecture;
use crate::fused;

/// Two times convolution, batch normalisation, rectification.
#[derive(Module, Debug)]
struct DoubleConv {
    conv1: Conv2d,
    bn1: BatchNorm,
    conv2: Conv2d,
    bn2: BatchNorm,
}

/// The network. Field names are the tensor names of its weight files.
#[derive(Module, Debug)]
pub struct OctUnet {
    downs: Vec<DoubleConv>,
    ups: Vec<DoubleConv>,
    head: Conv2d,
}

fn conv(channels_in: usize, channels_out: usize, bias: bool, device: &Device) -> Conv2d {
    Conv2dConfig::new([channels_in, channels_out], [3, 3])
        .with_padding(PaddingConfig2d::Explicit(1, 1, 1, 1))
        .with_bias(bias)
        .init(device)
}

impl DoubleConv {
    fn new(channels_in: usize, channels_out: usize, device: &Device) -> Self {
        Self {
            conv1: conv(channels_in, channels_out, false, device),
            bn1: BatchNormConfig::new(channels_out).init(device),
            conv2: conv(channels_out, channels_out, false, device),
            bn2: BatchNormConfig::new(channels_out).init(device),
        }
    }

    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let x = conv_norm_relu(x, &self.conv1, &self.bn1);
        conv_norm_relu(x, &self.conv2, &self.bn2)
    }
}

impl OctUnet {
    /// A network with random weights from the device's generator; seed that first for a repeatable start.
    /// `architecture` must have passed [`Architecture::validate`].
    pub fn new(architecture: &Architecture, device: &Device) -> Self {
        let widths = &architecture.widths;
        let entry = std::iter::once(&4).chain(widths);
        let downs = entry
            .zip(widths)
            .map(|(&from, &to)| DoubleConv::new(from, to, device))
            .collect();
        let mut coarse = widths[widths.len() - 1];
        let mut ups = Vec::with_capacity(widths.len() - 1);
        for (level, &skip) in widths.iter().enumerate().rev().skip(1) {
            let out = if level == 0 {
                architecture.decoder_width
            } else {
                skip
            };
            ups.push(DoubleConv::new(coarse + skip, out, device));
            coarse = out;
        }
        Self {
            downs,
            ups,
            head: conv(coarse, 4 * architecture.classes, true, device),
        }
    }

    /// `[batch, 1, H, W]` → logits `[batch, class, H, W]`; sides must be multiples of
    /// [`Architecture::stride_px`]. Values are scaled as [`crate::InputScale`] says.
    pub fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, _, height, width] = x.dims();
        let (half_height, half_width) = (height / 2, width / 2);
        let phases = x
            .reshape([batch, 1, half_height, 2, half_width, 2])
            .permute([0, 1, 3, 5, 2, 4])
            .reshape([batch, 4, half_height, half_width]);
        let logits = self.body(phases);
        let classes = logits.dims()[1] / 4;
        logits
            .reshape([batch, classes, 2, 2, half_height, half_width])
            .permute([0, 1, 4, 2, 5, 3])
            .reshape([batch, classes, height, width])
    }

    /// Takes the last batch into the running statistics. They are one batch behind otherwise, and what reads the module
    /// (a checkpoint, the weight average) would miss it.
    pub(crate) fn settle_statistics(&self) {
        for block in self.downs.iter().chain(&self.ups) {
            for norm in [&block.bn1, &block.bn2] {
                norm.running_mean.value_sync();
                norm.running_var.value_sync();
            }
        }
    }

    /// `[batch, 4, H/2, W/2]` phases → `[batch, 4 · class, H/2, W/2]` logits of the phases.
    pub(crate) fn body(&self, x: Tensor<4>) -> Tensor<4> {
        let mut skips = Vec::with_capacity(self.downs.len());
        let mut x = x;
        for (level, down) in self.downs.iter().enumerate() {
            if level > 0 {
                x = max_pool2d(x, MaxPoolOptions::new([2, 2]));
            }
            x = down.forward(x);
            skips.push(x.clone());
        }
        let finer = skips.into_iter().rev().skip(1);
        for (up, skip) in self.ups.iter().zip(finer) {
            x = up.forward(upcat(x, skip));
        }
        head(x, &self.head)
    }
}

fn conv_norm_relu(x: Tensor<4>, conv: &Conv2d, norm: &BatchNorm) -> Tensor<4> {
    if fused::infers(&x) {
        let norm = fused::Normalisation {
            gamma: norm.gamma.val(),
            beta: norm.beta.val(),
            mean: norm.running_mean.value(),
            variance: norm.running_var.value(),
        };
        return fused::infer_conv_norm_relu(x, conv.weight.val(), norm);
    }
    if !fused::applies(&x) {
        return relu(norm.forward(conv.forward(x)));
    }
    let device = x.device();
    let (y, statistics) =
        fused::conv_norm_relu(x, conv.weight.val(), norm.gamma.val(), norm.beta.val());
    let blend = |running: Tensor<1>, batch: Vec<f32>| {
        let channels = batch.len();
        let batch = Tensor::<1>::from_data(TensorData::new(batch, [channels]), &device);
        (running.to_device(&device) * (1.0 - norm.momentum) + batch * norm.momentum).detach()
    };
    norm.running_mean
        .update(blend(norm.running_mean.value_sync(), statistics.mean));
    norm.running_var
        .update(blend(norm.running_var.value_sync(), statistics.variance));
    y
}

fn upcat(coarse: Tensor<4>, skip: Tensor<4>) -> Tensor<4> {
    if fused::infers(&coarse) {
        return fused::infer_upcat(coarse, skip);
    }
    if fused::applies(&coarse) {
        return fused::upcat(coarse, skip);
    }
    let [batch, channels, height, width] = coarse.dims();
    let doubled = coarse
        .reshape([batch, channels, height, 1, width, 1])
        .expand([batch, channels, height, 2, width, 2])
        .reshape([batch, channels, 2 * height, 2 * width]);
    Tensor::cat(vec![doubled, skip], 1)
}

fn head(x: Tensor<4>, conv: &Conv2d) -> Tensor<4> {
    match &conv.bias {
        Some(bias) if fused::infers(&x) => fused::infer_conv_bias(x, conv.weight.val(), bias.val()),
        Some(bias) if fused::applies(&x) => fused::conv_bias(x, conv.weight.val(), bias.val()),
        _ => conv.forward(x),
    }
}
