//! `fovea train`.

use std::sync::atomic::AtomicBool;

use fovea_inference::limit_threads;
use fovea_inference::train::{
    PublishedModel, TrainConfig, TrainError, TrainProgress, publish_checkpoint, train,
};

use super::arguments::TrainArguments;
use super::exit::Failure;

pub(super) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    keep_burn_off_the_graphics_device();
    limit_threads();
    let config = config(arguments);
    let published = if arguments.publish {
        publish_checkpoint(&config)
    } else {
        // The process can be killed at any time: the last checkpoint is complete, and --resume goes on from it.
        train(
            &config,
            arguments.resume,
            &mut report,
            &AtomicBool::new(false),
        )
    };
    say(&published.map_err(failure)?);
    Ok(())
}

/// burn restores an optimiser's state by way of its default device, which would be a graphics device, where there is one
/// and where there is none.
#[allow(clippy::disallowed_methods)] // The command is the first thing that main does; no second thread runs yet.
fn keep_burn_off_the_graphics_device() {
    // SAFETY: this is the process's only thread so far; the thread pool starts after this.
    unsafe { std::env::set_var("BURN_DEVICE", "flex") };
}

fn config(arguments: &TrainArguments) -> TrainConfig {
    let recipe = TrainConfig::new(arguments.data.clone(), arguments.out.clone());
    TrainConfig {
        name: arguments
            .name
            .clone()
            .unwrap_or_else(|| recipe.name.clone()),
        steps: arguments.steps.unwrap_or(recipe.steps),
        batch: arguments.batch.unwrap_or(recipe.batch),
        seed: arguments.seed.unwrap_or(recipe.seed),
        held_out: arguments.held_out.unwrap_or(recipe.held_out),
        phantoms: arguments.phantoms.unwrap_or(recipe.phantoms),
        ..recipe
    }
}

fn report(progress: &TrainProgress) {
    eprintln!(
        "step {} of {}  loss {:.4}  rate {:.2e}  {:.0} ms per step",
        progress.step, progress.steps, progress.loss, progress.learning_rate, progress.ms_per_step
    );
}

fn say(model: &PublishedModel) {
    println!("{}", model.card.summary());
    for figure in model.card.figures.iter().flat_map(|figures| &figures.dice) {
        println!(
            "  {:>2} {:<12} Dice {:.3}",
            figure.class, figure.name, figure.dice
        );
    }
    println!(
        "{}\n{}",
        model.weights_path.display(),
        model.card_path.display()
    );
}

fn failure(error: TrainError) -> Failure {
    match error {
        TrainError::Io { .. } | TrainError::Diverged { .. } | TrainError::Cancelled { .. } => {
            Failure::environment(error)
        }
        TrainError::Picture { .. }
        | TrainError::Unusable { .. }
        | TrainError::Checkpoint { .. } => Failure::input(error),
    }
}
