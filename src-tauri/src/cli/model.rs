//! The model of a command: checked on the processor first, then brought to the device that will run it.

use std::path::Path;

use fovea_gpu::{AdapterPreference, GpuContext, InferenceOverride};
use fovea_inference::{Model, choose_device, cpu_device, limit_threads};

use super::exit::Failure;

/// The graphics device, unless the user chose the processor or there is none.
fn graphics() -> Option<GpuContext> {
    if InferenceOverride::from_env() == Some(InferenceOverride::Cpu) {
        return None;
    }
    GpuContext::headless(AdapterPreference::Fastest).ok()
}

/// Loads `weights`, or the built-in model. A bad file is refused before any device is opened.
pub(super) fn load(weights: Option<&Path>) -> Result<Model, Failure> {
    limit_threads();
    let on_processor = match weights {
        Some(path) => Model::load(path, &cpu_device()).map_err(Failure::input)?,
        None => Model::built_in(&cpu_device()).map_err(Failure::environment)?,
    };
    let graphics = graphics();
    let (device, _) = choose_device(graphics.as_ref());
    if device == cpu_device() {
        return Ok(on_processor);
    }
    match weights {
        Some(path) => Model::load(path, &device),
        None => Model::built_in(&device),
    }
    .map_err(Failure::environment)
}
