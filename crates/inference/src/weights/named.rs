//! The tensors of a network by their file names (those of a PyTorch state dict), in plain memory.

use std::collections::BTreeMap;

use burn::tensor::TensorData;
use burn_store::{BurnToPyTorchAdapter, ModuleSnapshot, PyTorchToBurnAdapter, bridge};

use crate::OctUnet;

/// Shape and values of one parameter or running average.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NamedTensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// All tensors of a network.
pub(crate) type NamedTensors = BTreeMap<String, NamedTensor>;

/// Reads every tensor of `network`.
pub(crate) fn collect(network: &OctUnet) -> Result<NamedTensors, String> {
    let tensors = network.collect(None, Some(Box::new(BurnToPyTorchAdapter)), true);
    tensors
        .into_iter()
        .map(|tensor| {
            let name = tensor.name.clone();
            let data = bridge::into_data(tensor).map_err(|error| error.to_string())?;
            let shape = data.shape().to_vec();
            let values = data
                .try_into_vec::<f32>()
                .map_err(|error| format!("{error:?}"))?;
            Ok((name, NamedTensor { shape, values }))
        })
        .collect()
}

/// Names and shapes of every tensor of `network`, without reading a value.
pub(crate) fn shapes(network: &OctUnet) -> BTreeMap<String, Vec<usize>> {
    let tensors = network.collect(None, Some(Box::new(BurnToPyTorchAdapter)), true);
    tensors
        .into_iter()
        .map(|tensor| (tensor.name.clone(), tensor.shape.to_vec()))
        .collect()
}

/// Writes `tensors` into `network`. Names and shapes have been compared with [`collect`] of the same network, so
/// what is reported here is a fault of this program and not of a file.
pub(crate) fn apply(network: &mut OctUnet, tensors: &NamedTensors) -> Result<(), String> {
    let packed = tensors.iter().map(|(name, tensor)| {
        let data = TensorData::new(tensor.values.clone(), tensor.shape.clone());
        bridge::from_data(data, name.clone(), None)
    });
    let result = network.apply(
        packed.collect(),
        None,
        Some(Box::new(PyTorchToBurnAdapter)),
        true,
    );
    if result.errors.is_empty() && result.missing.is_empty() && result.unused.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "{} errors, {} tensors missing, {} not used",
            result.errors.len(),
            result.missing.len(),
            result.unused.len()
        ))
    }
}
