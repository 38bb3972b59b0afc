//! CPU arithmetic of the network for batches in plain memory: 3×3 convolution, batch normalisation, upsampling, loss.
//!
//! Nothing here knows burn. [`crate::fused`] wraps these functions as differentiable operations. They exist because
//! the general convolution gradient of the CPU backend costs seven forward passes; written for one kernel size and
//! one stride it costs two, and normalisation and rectification need one pass over memory instead of ten.
//!
//! Every reduction is done per image and then in image order, so results do not depend on the number of threads.

mod conv;
mod conv_grad;
mod gemm;
mod infer;
mod loss;
mod norm;
mod upcat;

pub(crate) use conv::{ConvShape, conv3x3};
pub(crate) use conv_grad::conv3x3_grads;
pub(crate) use infer::{ChannelAffine, conv3x3_affine};
pub(crate) use loss::{LossSettings, segmentation_loss};
pub(crate) use norm::{EPSILON, norm_relu, norm_relu_grads};
pub(crate) use upcat::{UpcatShape, upcat, upcat_grads};
