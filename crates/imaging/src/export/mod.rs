//! Bytes for others: sidecars beside masks, and whole volumes as folders.

mod folder;
mod sidecar;

pub use folder::{ExportedBscan, Manifest, export_folder};
pub use sidecar::{ClassArea, Sidecar};
