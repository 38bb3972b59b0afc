//! A network with its card: loaded, checked, ready to segment.

mod built_in;
mod card;
mod load;

pub use built_in::built_in_digest;
pub use card::{ClassFigure, Figures, ModelCard, TrainingRecord};
pub use load::{Model, WEIGHT_FILE_BYTES_MAX};
