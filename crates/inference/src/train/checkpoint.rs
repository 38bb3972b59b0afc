//! Checkpoints: weights and optimiser state with their parameter ids, the running average, and the step.
//!
//! Written under new names and renamed over the old ones, the state file last: whatever moment a run is killed in, the state
//! file names a complete set.

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::Module;
use burn::optim::ModuleOptimizer;
use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use super::average::WeightAverage;
use super::{TrainConfig, TrainError};
use crate::OctUnet;
use crate::weights;

/// Everything a run needs to go on.
pub(super) struct Checkpoint {
    pub step: u32,
    pub network: OctUnet,
    pub optimizer: ModuleOptimizer,
    pub average: WeightAverage,
}

/// The state file.
#[derive(Serialize, Deserialize)]
struct State {
    step: u32,
    config: TrainConfig,
}

fn state_path(folder: &Path) -> PathBuf {
    folder.join("state.json")
}

fn part_path(folder: &Path, step: u32, part: &str) -> PathBuf {
    folder.join(format!("step-{step:06}.{part}"))
}

const PARTS: [&str; 3] = ["weights.bpk", "optimizer.bpk", "average.safetensors"];

/// Writes a checkpoint and removes the one before it.
pub(super) fn save(
    folder: &Path,
    checkpoint: &Checkpoint,
    config: &TrainConfig,
) -> Result<(), TrainError> {
    let fault = |what: String| TrainError::Checkpoint {
        path: folder.to_path_buf(),
        what,
    };
    fs::create_dir_all(folder).map_err(TrainError::io(folder))?;
    let previous = read_state(folder).ok();
    let step = checkpoint.step;
    let [weights_path, optimizer_path, average_path] =
        PARTS.map(|part| part_path(folder, step, part));
    checkpoint
        .network
        .clone()
        .save_file(&weights_path)
        .map_err(|error| fault(error.to_string()))?;
    checkpoint
        .optimizer
        .save(&optimizer_path)
        .map_err(|error| fault(error.to_string()))?;
    let average = weights::encode_f32(&checkpoint.average.tensors).map_err(fault)?;
    fs::write(&average_path, average).map_err(TrainError::io(&average_path))?;
    let state = State {
        step,
        config: config.clone(),
    };
    let text = serde_json::to_vec_pretty(&state).map_err(|error| fault(error.to_string()))?;
    let temporary = folder.join("state.json.new");
    fs::write(&temporary, text).map_err(TrainError::io(&temporary))?;
    fs::rename(&temporary, state_path(folder)).map_err(TrainError::io(folder))?;
    if let Some(previous) = previous.filter(|previous| previous.step != step) {
        for part in PARTS {
            // A leftover of the last checkpoint costs disk space only.
            let _ = fs::remove_file(part_path(folder, previous.step, part));
        }
    }
    Ok(())
}

fn read_state(folder: &Path) -> Result<State, String> {
    let text = fs::read(state_path(folder)).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

/// Reads the checkpoint of `folder` into a network of `config` and an optimiser of the caller's settings.
pub(super) fn load(
    folder: &Path,
    config: &TrainConfig,
    optimizer: ModuleOptimizer,
    device: &Device,
) -> Result<Checkpoint, TrainError> {
    let fault = |what: String| TrainError::Checkpoint {
        path: folder.to_path_buf(),
        what,
    };
    let state = read_state(folder).map_err(fault)?;
    if (&state.config.architecture, state.config.seed) != (&config.architecture, config.seed) {
        return Err(fault(
            "it was written by a run with another network or seed".into(),
        ));
    }
    let [weights_path, optimizer_path, average_path] =
        PARTS.map(|part| part_path(folder, state.step, part));
    let network = OctUnet::new(&config.architecture, device)
        .try_load_file(&weights_path)
        .map_err(|error| fault(error.to_string()))?;
    let optimizer = optimizer
        .load(&optimizer_path)
        .map_err(|error| fault(error.to_string()))?;
    let bytes = fs::read(&average_path).map_err(TrainError::io(&average_path))?;
    let tensors = weights::decode(&bytes).map_err(|error| fault(error.to_string()))?;
    Ok(Checkpoint {
        step: state.step,
        network,
        optimizer,
        average: WeightAverage::new(tensors),
    })
}
