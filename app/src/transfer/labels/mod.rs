//! Labels from elsewhere onto a case of the store: files of other programs, and the lines that the device drew.

mod device;
mod finding;
mod keep;
mod lines;
mod understood;

use fovea_annotation::{CaseId, Mask, TileId};
use fovea_imaging::LabelContext;
use fovea_local_store::Store;

use super::words::sentence;

pub use device::labels_of_device;
pub(super) use device::no_layers;
pub use finding::inspect_labels;
pub(crate) use finding::{NotRead, find_labels};
pub use keep::store_labels;
pub(super) use lines::mask_of_lines;
pub use understood::{Choice, Understood};

/// Labels in our classes, on their way onto the tiles of a case.
pub struct LabelsIn {
    masks: Vec<(TileId, Mask)>,
    /// B-scans that keep what they have, because nothing that the file says of them comes in.
    left_alone: usize,
    /// What the versions say of themselves. A path may name a person, so it only holds a digest of the content.
    comment: String,
    origin: String,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
}

/// What the store knows of a case for which labels are read: the names of its pictures were never kept.
pub fn context_of_case(store: &Store, case: CaseId) -> Result<LabelContext, String> {
    let summary = store.case(case).map_err(sentence)?;
    Ok(LabelContext::new(summary.tile_size, summary.tile_count))
}

impl LabelsIn {
    /// What was understood of a file, on its way onto `case`.
    pub fn of_file(store: &Store, case: CaseId, read: Understood) -> Result<Self, String> {
        let tiles = store.case_tiles(case).map_err(sentence)?;
        let (origin, comment) = (read.format.to_string(), read.comment());
        let on_tile = |(index, mask): (u32, Mask)| Some((tiles.get(index as usize)?.tile_id, mask));
        Ok(Self {
            masks: read.masks.into_iter().filter_map(on_tile).collect(),
            left_alone: read.left_alone,
            comment,
            origin,
            warnings: read.warnings,
        })
    }
}

#[cfg(test)]
mod tests;
