//! PyTorch state dicts. The pickle inside is interpreted, never executed.

use std::path::Path;

use burn_store::pytorch_reader::{DType, PytorchReader, Tensor};
use half::{bf16, f16};

use super::{LoadError, NamedTensor, NamedTensors};

/// Reads all tensors of the file's top level, cast to f32.
pub(crate) fn read_pytorch(path: &Path) -> Result<NamedTensors, LoadError> {
    let damaged = |what: String| LoadError::Damaged {
        format: "PyTorch",
        what,
    };
    let reader = PytorchReader::new(path).map_err(|error| damaged(error.to_string()))?;
    reader
        .into_tensors()
        .into_iter()
        .filter(|(name, _)| !super::is_ignored(name))
        .map(|(name, tensor)| {
            let values = values(&name, &tensor)?;
            Ok((
                name,
                NamedTensor {
                    shape: tensor.shape().to_vec(),
                    values,
                },
            ))
        })
        .collect()
}

fn values(name: &str, tensor: &Tensor) -> Result<Vec<f32>, LoadError> {
    let damaged = |error: std::io::Error| LoadError::Damaged {
        format: "PyTorch",
        what: error.to_string(),
    };
    let bytes = tensor.read().map_err(damaged)?;
    let halves = |convert: fn([u8; 2]) -> f32| {
        bytes
            .chunks_exact(2)
            .map(|b| convert([b[0], b[1]]))
            .collect()
    };
    Ok(match tensor.dtype() {
        DType::F32 => bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect(),
        DType::F16 => halves(|b| f16::from_le_bytes(b).to_f32()),
        DType::BF16 => halves(|b| bf16::from_le_bytes(b).to_f32()),
        other => {
            return Err(LoadError::WrongType {
                tensor: name.to_owned(),
                found: format!("{other:?}"),
            });
        }
    })
}
