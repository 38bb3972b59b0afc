//! Weight files: tensors by name, in and out of the network.

mod error;
mod named;
mod safetensors;

pub use error::LoadError;
pub(crate) use named::{NamedTensor, NamedTensors, apply, collect};
pub(crate) use safetensors::{decode, encode_f16, encode_f32};

/// Tensors that some frameworks write and no inference needs.
pub(crate) fn is_ignored(name: &str) -> bool {
    name.ends_with("num_batches_tracked")
}
