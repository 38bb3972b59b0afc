//! The training loop.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use burn::optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use burn::tensor::{Device, Tensor, TensorData};

use super::average::WeightAverage;
use super::batch::batch;
use super::checkpoint::{self, Checkpoint};
use super::dataset::class_weights;
use super::phantoms::phantom_samples;
use super::schedule::learning_rate;
use super::{DataSplit, SamplePool, TrainConfig, TrainError, TrainProgress};
use crate::kernels::LossSettings;
use crate::weights::{self, NamedTensors};
use crate::{InputScale, OctUnet, fused};

/// Weight of the soft Dice term beside the cross-entropy.
const DICE_WEIGHT: f32 = 1.0;
const LABEL_SMOOTHING: f32 = 0.02;
const WEIGHT_DECAY: f32 = 1e-4;

/// The running average looks at the weights every so many steps.
const AVERAGE_STRIDE: u32 = 4;

/// Runs the loop to its end and returns the averaged weights, which `out_dir` then also holds as a checkpoint.
///
/// `resume` continues from the checkpoint in `out_dir/checkpoint`; `report` is called every `log_every` steps; `cancel`
/// is looked at before each step.
pub(super) fn run_loop(
    config: &TrainConfig,
    split: &DataSplit,
    resume: bool,
    report: &mut dyn FnMut(&TrainProgress),
    cancel: &AtomicBool,
) -> Result<NamedTensors, TrainError> {
    let folder = config.out_dir.join("checkpoint");
    let settings = LossSettings {
        class_weights: class_weights(&split.train, config.architecture.classes),
        label_smoothing: LABEL_SMOOTHING,
        dice_weight: DICE_WEIGHT,
    };
    let phantoms = phantom_samples(config);
    let pools = [
        SamplePool {
            share: 1.0 - config.phantom_share,
            samples: split.train.clone(),
        },
        SamplePool {
            share: if phantoms.is_empty() {
                0.0
            } else {
                config.phantom_share
            },
            samples: phantoms,
        },
    ];
    let mut run = if resume {
        resumed(&folder, config)?
    } else {
        fresh(config)?
    };
    let mut window = Window::new();
    while run.step < config.steps {
        if cancel.load(Ordering::Relaxed) {
            checkpoint::save(&folder, &run, config)?;
            return Err(TrainError::Cancelled { step: run.step });
        }
        let rate = learning_rate(run.step, config.steps, config.learning_rate);
        let (next, loss) = step(run, &pools, config, &settings, rate)?;
        run = next;
        window.add(loss);
        if run.step.is_multiple_of(config.log_every) || run.step == config.steps {
            report(&window.progress(run.step, config.steps, rate));
            window = Window::new();
        }
        if run.step.is_multiple_of(config.checkpoint_every) || run.step == config.steps {
            checkpoint::save(&folder, &run, config)?;
        }
    }
    Ok(run.average.tensors)
}

fn optimizer() -> ModuleOptimizer {
    AdamWConfig::new()
        .with_weight_decay(WEIGHT_DECAY)
        .with_epsilon(1e-8)
        .init()
}

fn training_device() -> Device {
    Device::flex().autodiff()
}

fn fresh(config: &TrainConfig) -> Result<Checkpoint, TrainError> {
    let device = training_device();
    device.seed(config.seed);
    let network = OctUnet::new(&config.architecture, &device);
    let tensors = weights::collect(&network).map_err(|what| TrainError::Unusable { what })?;
    Ok(Checkpoint {
        step: 0,
        network,
        optimizer: optimizer(),
        average: WeightAverage::new(tensors),
    })
}

/// The checkpoint of `folder`.
pub(super) fn resumed(folder: &Path, config: &TrainConfig) -> Result<Checkpoint, TrainError> {
    checkpoint::load(folder, config, optimizer(), &training_device())
}

/// One optimisation step; the run and its loss.
fn step(
    run: Checkpoint,
    pools: &[SamplePool],
    config: &TrainConfig,
    settings: &LossSettings,
    rate: f64,
) -> Result<(Checkpoint, f32), TrainError> {
    let Checkpoint {
        step,
        network,
        mut optimizer,
        mut average,
    } = run;
    let batch = batch(pools, config, &InputScale::default(), step);
    let dims = [
        config.batch,
        4,
        config.crop_px[0] / 2,
        config.crop_px[1] / 2,
    ];
    let input = Tensor::<4>::from_data(TensorData::new(batch.pixels, dims), &training_device());
    let loss = fused::segmentation_loss(network.body(input), &batch.labels, settings);
    let value = loss.clone().into_scalar::<f32>();
    if !value.is_finite() {
        return Err(TrainError::Diverged { step });
    }
    let gradients = GradientsParams::from_grads(loss.backward(), &network);
    let network = optimizer.step(rate, network, gradients);
    network.settle_statistics();
    let step = step + 1;
    if step.is_multiple_of(AVERAGE_STRIDE) {
        let current = weights::collect(&network).map_err(|what| TrainError::Unusable { what })?;
        average.take(&current, step, AVERAGE_STRIDE);
    }
    Ok((
        Checkpoint {
            step,
            network,
            optimizer,
            average,
        },
        value,
    ))
}

/// Steps since the last report.
struct Window {
    started: Instant,
    steps: u32,
    loss: f64,
}

impl Window {
    fn new() -> Self {
        Self {
            started: Instant::now(),
            steps: 0,
            loss: 0.0,
        }
    }

    fn add(&mut self, loss: f32) {
        self.steps += 1;
        self.loss += f64::from(loss);
    }

    fn progress(&self, step: u32, steps: u32, learning_rate: f64) -> TrainProgress {
        let count = f64::from(self.steps.max(1));
        TrainProgress {
            step,
            steps,
            loss: (self.loss / count) as f32,
            learning_rate,
            ms_per_step: self.started.elapsed().as_secs_f64() * 1e3 / count,
        }
    }
}
