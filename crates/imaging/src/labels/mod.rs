//! Labels that another tool wrote, and how its classes become ours.

mod foreign;

pub use foreign::{ForeignBscan, ForeignClass, ForeignLabels, LabelFormat};
