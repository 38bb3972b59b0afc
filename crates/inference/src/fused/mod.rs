//! The kernels of [`crate::kernels`] as operations on burn's CPU tensors.
//!
//! For training each operation takes tensors of an autodiff CPU device, computes its output at once, and registers one
//! backward step; for inference there are the same operations without a graph. [`applies`] and [`infers`] say whether a
//! tensor is of either kind. On any other device the network composes burn's own layers.

mod conv;
mod infer;
mod loss;
mod track;
mod upcat;

pub(crate) use conv::{conv_bias, conv_norm_relu};
pub(crate) use infer::{Normalisation, infer_conv_bias, infer_conv_norm_relu, infer_upcat, infers};
pub(crate) use loss::segmentation_loss;
pub(crate) use track::applies;
pub(crate) use upcat::upcat;

#[cfg(test)]
mod tests;
