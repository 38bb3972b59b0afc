//! Weight files: tensors by name, in and out of the network.

mod check;
mod error;
mod named;
mod pytorch;
mod safetensors;

pub(crate) use check::check;
pub use error::LoadError;
pub(crate) use named::{NamedTensor, NamedTensors, apply, collect, shapes};
pub(crate) use pytorch::read_pytorch;
pub(crate) use safetensors::{decode, encode_f16, encode_f32};

/// Tensors that some frameworks write and no inference needs.
pub(crate) fn is_ignored(name: &str) -> bool {
    name.ends_with("num_batches_tracked")
}
