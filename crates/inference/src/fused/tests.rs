//! The fused operations against burn's own, value and gradient.

use burn::tensor::activation::relu;
use burn::tensor::module::{batch_norm_train, conv2d};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor, Tolerance};

use super::{conv_bias, conv_norm_relu, segmentation_loss, upcat};
use crate::kernels::LossSettings;

fn device() -> Device {
    Device::flex().autodiff()
}

fn random<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), &device()).require_grad()
}

fn options() -> ConvOptions<2> {
    ConvOptions::new([1, 1], [1, 1], [1, 1], 1)
}

fn assert_close<const D: usize>(what: &str, ours: Tensor<D>, theirs: Tensor<D>) {
    println!("{what}");
    ours.into_data()
        .assert_approx_eq::<f32>(&theirs.into_data(), Tolerance::rel_abs(2e-3, 2e-4));
}

#[test]
fn convolution_with_normalisation_and_its_gradients() {
    let (x, weight) = (random([2, 3, 9, 7]), random([5, 3, 3, 3]));
    let (gamma, beta, probe) = (random([5]), random([5]), random([2, 5, 9, 7]));
    let (ours, statistics) = conv_norm_relu(x.clone(), weight.clone(), gamma.clone(), beta.clone());
    let z = conv2d(x.clone(), weight.clone(), None, options());
    let theirs = batch_norm_train(z, gamma.clone(), beta.clone(), 1e-5);
    assert_close(
        "mean",
        Tensor::from_floats(statistics.mean.as_slice(), &Device::flex()),
        theirs.mean.inner(),
    );
    assert_close(
        "variance",
        Tensor::from_floats(statistics.variance.as_slice(), &Device::flex()),
        theirs.variance.inner(),
    );
    let theirs = relu(theirs.output);
    assert_close("output", ours.clone().inner(), theirs.clone().inner());
    let ours = (ours * probe.clone()).sum().backward();
    let theirs = (theirs * probe).sum().backward();
    let grad = "a gradient";
    assert_close(
        "x",
        x.grad(&ours).expect(grad),
        x.grad(&theirs).expect(grad),
    );
    assert_close(
        "weight",
        weight.grad(&ours).expect(grad),
        weight.grad(&theirs).expect(grad),
    );
    assert_close(
        "gamma",
        gamma.grad(&ours).expect(grad),
        gamma.grad(&theirs).expect(grad),
    );
    assert_close(
        "beta",
        beta.grad(&ours).expect(grad),
        beta.grad(&theirs).expect(grad),
    );
}

#[test]
fn plain_convolution_and_doubling_with_their_gradients() {
    let (coarse, skip) = (random([2, 3, 4, 5]), random([2, 2, 8, 10]));
    let (weight, bias, probe) = (random([4, 5, 3, 3]), random([4]), random([2, 4, 8, 10]));
    let ours = conv_bias(
        upcat(coarse.clone(), skip.clone()),
        weight.clone(),
        bias.clone(),
    );
    let doubled = coarse
        .clone()
        .reshape([2, 3, 4, 1, 5, 1])
        .expand([2, 3, 4, 2, 5, 2])
        .reshape([2, 3, 8, 10]);
    let joined = Tensor::cat(vec![doubled, skip.clone()], 1);
    let theirs = conv2d(joined, weight.clone(), Some(bias.clone()), options());
    assert_close("output", ours.clone().inner(), theirs.clone().inner());
    let ours = (ours * probe.clone()).sum().backward();
    let theirs = (theirs * probe).sum().backward();
    let grad = "a gradient";
    assert_close(
        "coarse",
        coarse.grad(&ours).expect(grad),
        coarse.grad(&theirs).expect(grad),
    );
    assert_close(
        "skip",
        skip.grad(&ours).expect(grad),
        skip.grad(&theirs).expect(grad),
    );
    assert_close(
        "weight",
        weight.grad(&ours).expect(grad),
        weight.grad(&theirs).expect(grad),
    );
    assert_close(
        "bias",
        bias.grad(&ours).expect(grad),
        bias.grad(&theirs).expect(grad),
    );
}

#[test]
fn the_loss_falls_along_its_gradient_as_predicted() {
    let settings = LossSettings {
        class_weights: vec![0.5, 1.0, 2.0],
        label_smoothing: 0.05,
        dice_weight: 1.0,
    };
    let labels: Vec<u8> = (0..2 * 4 * 6)
        .map(|index| [0, 0, 1, 2, 1][index % 5])
        .collect();
    let logits = random([2, 12, 2, 3]);
    let loss = |logits: Tensor<4>| segmentation_loss(logits, &labels, &settings);
    let value = loss(logits.clone());
    let grads = value.clone().backward();
    let slope = logits.grad(&grads).expect("a gradient");
    let step = 1e-2;
    let expected = slope.clone().square().sum().into_scalar::<f32>() * step;
    let moved = Tensor::from_inner(logits.inner() - slope * step);
    let fallen = value.into_scalar::<f32>() - loss(moved).into_scalar::<f32>();
    assert!(
        (fallen / expected - 1.0).abs() < 0.05,
        "fell by {fallen} where {expected} was predicted"
    );
}
