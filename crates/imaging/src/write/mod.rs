//! Volumes and labels to bytes that other tools read.

mod folder;
mod sidecar;

pub use folder::{ExportedBscan, Manifest, export_folder};
pub use sidecar::{ClassArea, Sidecar};

use fovea_annotation::{LabelSchema, Mask};

use crate::Volume;

/// A volume with the labels that go out beside it.
#[derive(Clone, Copy)]
pub struct Labelled<'a> {
    /// The scan.
    pub volume: &'a Volume,
    /// One entry per B-scan, `None` for one without a label; missing entries at the end count as `None`.
    pub masks: &'a [Option<Mask>],
    /// Meaning of the class indices.
    pub schema: &'a LabelSchema,
}
