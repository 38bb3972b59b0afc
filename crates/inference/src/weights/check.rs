//! Comparing a file's tensors with the network's before any of them is used.

use std::collections::BTreeMap;

use super::{LoadError, NamedTensors};

/// Names, shapes and finiteness; the first fault is reported, with how many of its kind there are.
pub(crate) fn check(
    found: &NamedTensors,
    expected: &BTreeMap<String, Vec<usize>>,
    network: &str,
) -> Result<(), LoadError> {
    let missing: Vec<&String> = expected
        .keys()
        .filter(|name| !found.contains_key(*name))
        .collect();
    if let Some(first) = missing.first() {
        return Err(LoadError::MissingTensors {
            first: (*first).clone(),
            count: missing.len(),
            network: network.to_owned(),
        });
    }
    let unknown: Vec<&String> = found
        .keys()
        .filter(|name| !expected.contains_key(*name))
        .collect();
    if let Some(first) = unknown.first() {
        return Err(LoadError::UnknownTensors {
            first: (*first).clone(),
            count: unknown.len(),
            network: network.to_owned(),
        });
    }
    for (name, tensor) in found {
        if tensor.shape != expected[name] {
            return Err(LoadError::WrongShape {
                tensor: name.clone(),
                expected: expected[name].clone(),
                found: tensor.shape.clone(),
            });
        }
        if tensor.values.iter().any(|value| !value.is_finite()) {
            return Err(LoadError::NotFinite {
                tensor: name.clone(),
            });
        }
    }
    Ok(())
}
