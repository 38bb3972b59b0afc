//! The safetensors format: f32 and f16 in, f16 (or f32 for checkpoints) out.

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::{LoadError, NamedTensor, NamedTensors};

/// Reads all tensors, cast to f32.
pub(crate) fn decode(bytes: &[u8]) -> Result<NamedTensors, LoadError> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| LoadError::Damaged {
        format: "safetensors",
        what: error.to_string(),
    })?;
    file.iter()
        .filter(|(name, _)| !super::is_ignored(name))
        .map(|(name, view)| Ok((name.to_owned(), tensor(name, &view)?)))
        .collect()
}

fn tensor(name: &str, view: &TensorView<'_>) -> Result<NamedTensor, LoadError> {
    let bytes = view.data();
    let values = match view.dtype() {
        Dtype::F32 => bytes
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect(),
        Dtype::F16 => bytes
            .chunks_exact(2)
            .map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32())
            .collect(),
        other => {
            return Err(LoadError::WrongType {
                tensor: name.to_owned(),
                found: format!("{other:?}"),
            });
        }
    };
    Ok(NamedTensor {
        shape: view.shape().to_vec(),
        values,
    })
}

/// Writes f16; refuses values that f16 cannot hold.
pub(crate) fn encode_f16(tensors: &NamedTensors) -> Result<Vec<u8>, String> {
    let bytes = |values: &[f32]| {
        values
            .iter()
            .flat_map(|&value| f16::from_f32(value).to_le_bytes())
            .collect()
    };
    if let Some((name, _)) = tensors
        .iter()
        .find(|(_, tensor)| tensor.values.iter().any(|v| v.abs() > 65_504.0))
    {
        return Err(format!("a value of {name} is too large for f16"));
    }
    encode(tensors, Dtype::F16, bytes)
}

/// Writes f32.
pub(crate) fn encode_f32(tensors: &NamedTensors) -> Result<Vec<u8>, String> {
    encode(tensors, Dtype::F32, |values| {
        values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    })
}

fn encode(
    tensors: &NamedTensors,
    dtype: Dtype,
    bytes: impl Fn(&[f32]) -> Vec<u8>,
) -> Result<Vec<u8>, String> {
    let data: Vec<(&String, &NamedTensor, Vec<u8>)> = tensors
        .iter()
        .map(|(name, tensor)| (name, tensor, bytes(&tensor.values)))
        .collect();
    let views: Result<Vec<(&String, TensorView<'_>)>, _> = data
        .iter()
        .map(|(name, tensor, bytes)| {
            TensorView::new(dtype, tensor.shape.clone(), bytes).map(|view| (*name, view))
        })
        .collect();
    let views = views.map_err(|error| error.to_string())?;
    safetensors::serialize(views, None).map_err(|error| error.to_string())
}
