//! The layers between the lines that the device drew.

use fovea_annotation::{CaseId, Mask, TileId};
use fovea_local_store::Store;

use super::super::stored::read_case;
use super::super::words::sentence;
use super::LabelsIn;
use super::lines::mask_of_lines;

pub(in crate::transfer) fn no_layers() -> String {
    "No two of the device's lines lie next to each other in our schema, so there is no layer to draw.".to_owned()
}

/// The layers between the lines that the device drew.
pub fn labels_of_device(store: &Store, case: CaseId) -> Result<LabelsIn, String> {
    let stored = read_case(store, case, &mut || Ok(()))?;
    let tiles = store.case_tiles(case).map_err(sentence)?;
    let with_lines = tiles.iter().zip(&stored.volume.layer_lines);
    let masks: Vec<(TileId, Mask)> = with_lines
        .filter_map(|(tile, lines)| Some((tile.tile_id, mask_of_lines(lines, tile.size)?)))
        .collect();
    if masks.is_empty() {
        return Err(no_layers());
    }
    Ok(LabelsIn {
        masks,
        left_alone: 0,
        comment: "Layers between the lines that the device drew.".to_owned(),
        origin: "the device's layer lines".to_owned(),
        warnings: Vec::new(),
    })
}
