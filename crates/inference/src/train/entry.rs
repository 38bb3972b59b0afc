//! The two doors to training: run it to the end, or publish what there is.

use std::sync::atomic::AtomicBool;

use super::publish::{PublishedModel, publish};
use super::run::{resumed, run_loop};
use super::{DataSplit, TrainConfig, TrainError, TrainProgress};

/// Trains, judges and writes the model into `config.out_dir`.
///
/// # Errors
/// [`TrainError`]; after [`TrainError::Cancelled`] the run can be resumed.
pub fn train(
    config: &TrainConfig,
    resume: bool,
    report: &mut dyn FnMut(&TrainProgress),
    cancel: &AtomicBool,
) -> Result<PublishedModel, TrainError> {
    check(config)?;
    let classes = config.architecture.classes;
    let split = DataSplit::read(
        &config.data_dir,
        config.held_out,
        config.calibration,
        classes,
    )?;
    let tensors = run_loop(config, &split, resume, report, cancel)?;
    publish(config, &split, &tensors, config.steps)
}

/// Judges and writes the model of the last checkpoint, without training on.
///
/// # Errors
/// [`TrainError`], also when there is no checkpoint.
pub fn publish_checkpoint(config: &TrainConfig) -> Result<PublishedModel, TrainError> {
    check(config)?;
    let split = DataSplit::read(
        &config.data_dir,
        config.held_out,
        config.calibration,
        config.architecture.classes,
    )?;
    let run = resumed(&config.out_dir.join("checkpoint"), config)?;
    publish(config, &split, &run.average.tensors, run.step)
}

fn check(config: &TrainConfig) -> Result<(), TrainError> {
    let refuse = |what: String| Err(TrainError::Unusable { what });
    if let Err(error) = config.architecture.validate() {
        return refuse(error.to_string());
    }
    let stride = config.architecture.stride_px();
    if config
        .crop_px
        .iter()
        .any(|side| *side == 0 || !side.is_multiple_of(stride))
    {
        return refuse(format!(
            "the sides of a crop must be multiples of {stride}; choose 288 × 224"
        ));
    }
    if config.batch == 0 || config.log_every == 0 || config.checkpoint_every == 0 {
        return refuse(
            "batch, log interval and checkpoint interval must not be 0; use the defaults".into(),
        );
    }
    Ok(())
}
