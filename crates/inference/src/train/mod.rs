//! Training of the default model on the CPU: data, augmentation, the loop with its checkpoints, evaluation.

mod average;
mod batch;
mod checkpoint;
mod config;
mod crop;
mod dataset;
mod entry;
mod evaluate;
mod phantoms;
mod publish;
mod run;
mod schedule;

pub use config::{TrainConfig, TrainError, TrainProgress};
pub use dataset::{DataSplit, Sample, SamplePool};
pub use entry::{publish_checkpoint, train};
pub use evaluate::{Evaluation, evaluate};
pub use publish::PublishedModel;
