//! The kernels of [`crate::kernels`] as nodes of burn's autodiff graph, for training on the CPU.
//!
//! Each operation takes tensors of an autodiff CPU device, computes its output at once, and registers one backward
//! step. Tensors of any other device are refused by [`applies`], and the network then composes burn's own layers.

mod conv;
mod loss;
mod track;
mod upcat;

#[cfg(test)]
mod tests;

pub(crate) use conv::{conv_bias, conv_norm_relu};
pub(crate) use loss::segmentation_loss;
pub(crate) use track::applies;
pub(crate) use upcat::upcat;
