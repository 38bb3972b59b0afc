//! Labels from elsewhere onto a case of the store: files of other programs, and the lines that the device drew.

use std::collections::BTreeMap;
use std::path::Path;

use fovea_annotation::{CaseId, ContentHash, LabelSchema, Mask, TileId};
use fovea_editor::{FoundClass, LabelFinding};
use fovea_imaging::{
    Budget, ForeignLabels, LabelContext, LayerLines, MapsTo, SchemaMapping, Wanted,
    read_labels_path,
};
use fovea_local_store::{ImportedLabel, Store};

use super::stored::read_case;
use super::words::sentence;

/// Labels in our classes, on their way onto the tiles of a case.
pub struct LabelsIn {
    masks: Vec<(TileId, Mask)>,
    /// What the versions say of themselves. A path may name a person, so it only holds a digest of the content.
    comment: String,
    origin: String,
}

fn context_of(store: &Store, case: CaseId) -> Result<LabelContext, String> {
    let summary = store.case(case).map_err(sentence)?;
    Ok(LabelContext::new(summary.tile_size, summary.tile_count))
}

fn read_labels(context: &LabelContext, path: &Path) -> Result<ForeignLabels, String> {
    read_labels_path(path, context, &Wanted::All, &Budget::default()).map_err(sentence)
}

/// Names what was read: the classes and lines themselves, not the file.
fn digest_of(labels: &ForeignLabels) -> ContentHash {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for bscan in &labels.bscans {
        parts.push(bscan.bscan_index.to_le_bytes().to_vec());
        parts.extend(bscan.mask.as_ref().map(|mask| mask.classes().to_vec()));
        let heights = bscan.lines.lines.iter().flat_map(|line| &line.y_px);
        parts.push(heights.flat_map(|y| y.to_le_bytes()).collect());
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    ContentHash::of_parts(&parts)
}

/// What is in a file of labels, with a class of ours for each of its classes whose name is understood.
pub fn inspect_labels(store: &Store, case: CaseId, path: &Path) -> Result<LabelFinding, String> {
    let labels = read_labels(&context_of(store, case)?, path)?;
    let mut areas = [0_u64; 256];
    let masks = labels.bscans.iter().filter_map(|bscan| bscan.mask.as_ref());
    masks
        .flat_map(Mask::classes)
        .for_each(|class| areas[usize::from(*class)] += 1);
    let proposed = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    let class = |row: &fovea_imaging::MappedClass| FoundClass {
        index: row.foreign.index,
        name: row.foreign.name.clone(),
        area_px: areas[usize::from(row.foreign.index)],
        proposal: match row.to {
            MapsTo::Class(ours) => Some(ours).filter(|ours| *ours != 0),
            MapsTo::Ignored | MapsTo::Undecided => None,
        },
    };
    Ok(LabelFinding {
        path: path.to_owned(),
        format: labels.format,
        classes: proposed.classes.iter().map(class).collect(),
        line_names: line_names(&labels),
        bscan_count: u32::try_from(labels.bscans.len()).unwrap_or(u32::MAX),
        warnings: labels.warnings,
    })
}

fn line_names(labels: &ForeignLabels) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in labels.bscans.iter().flat_map(|bscan| &bscan.lines.lines) {
        if !names.contains(&line.name) {
            names.push(line.name.clone());
        }
    }
    names
}

/// Which classes of a file become which of ours, by their names.
pub struct Proposed {
    /// Their class and ours.
    pub pairs: Vec<(u8, u8)>,
    /// Names that nothing of ours fits.
    pub undecided: Vec<String>,
}

/// Proposes a class of ours for each class of a file.
pub fn proposed_pairs(store: &Store, case: CaseId, path: &Path) -> Result<Proposed, String> {
    let found = inspect_labels(store, case, path)?;
    let (mut pairs, mut undecided) = (Vec::new(), Vec::new());
    for class in found.classes {
        match class.proposal {
            Some(ours) => pairs.push((class.index, ours)),
            None => undecided.push(class.name),
        }
    }
    Ok(Proposed { pairs, undecided })
}

/// Reads the labels of a file in our classes; `pairs` says which class becomes which of ours, and what is not in it
/// is left out.
pub fn labels_of_file(
    store: &Store,
    case: CaseId,
    path: &Path,
    pairs: &[(u8, u8)],
) -> Result<LabelsIn, String> {
    let labels = read_labels(&context_of(store, case)?, path)?;
    let mapping = mapping_of(&labels, pairs);
    let tiles = store.case_tiles(case).map_err(sentence)?;
    let mut masks: Vec<(TileId, Mask)> = Vec::new();
    for bscan in &labels.bscans {
        if let Some(tile) = tiles.get(bscan.bscan_index as usize) {
            masks.push((
                tile.tile_id,
                mapping.whole_mask(bscan, tile.size, &LabelSchema::oct_layers()),
            ));
        }
    }
    let (format, digest) = (labels.format, &digest_of(&labels).to_hex()[..12]);
    Ok(LabelsIn {
        masks,
        comment: format!("Imported from {format}, content {digest}."),
        origin: format.to_string(),
    })
}

fn mapping_of(labels: &ForeignLabels, pairs: &[(u8, u8)]) -> SchemaMapping {
    let mut mapping = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    let chosen: BTreeMap<u8, u8> = pairs.iter().copied().collect();
    for row in &mut mapping.classes {
        let ours = chosen.get(&row.foreign.index);
        row.to = ours.map_or(MapsTo::Ignored, |ours| MapsTo::Class(*ours));
    }
    mapping
}

/// The labels of a file for a scan that is in no store, by the names of their classes; and the names that nothing of
/// ours fits.
pub fn masks_of_file(
    context: &LabelContext,
    path: &Path,
) -> Result<(Vec<Option<Mask>>, Vec<String>), String> {
    let labels = read_labels(context, path)?;
    let mapping = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    let undecided = mapping
        .undecided()
        .map(|class| class.name.clone())
        .collect();
    let mut masks = vec![None; context.bscan_count as usize];
    for bscan in &labels.bscans {
        if let Some(mask) = masks.get_mut(bscan.bscan_index as usize) {
            *mask = Some(mapping.whole_mask(bscan, context.size, &LabelSchema::oct_layers()));
        }
    }
    Ok((masks, undecided))
}

/// The layers between lines of the device; none where no two lines are neighbours in our schema.
pub(super) fn mask_of_lines(lines: &LayerLines, size: fovea_geometry::SizePx) -> Option<Mask> {
    let mask = lines.to_mask(size, &LabelSchema::oct_layers()).mask;
    let has_layer = mask.classes().iter().any(|class| *class != 0);
    has_layer.then_some(mask)
}

pub(super) fn no_layers() -> String {
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
        comment: "Layers between the lines that the device drew.".to_owned(),
        origin: "the device's layer lines".to_owned(),
    })
}

/// Makes the labels the newest versions of their tiles; gives the sentence for the person.
pub fn store_labels(store: &mut Store, read: &LabelsIn, author: &str) -> Result<String, String> {
    let origin = &read.origin;
    let labels: Vec<ImportedLabel<'_>> = read
        .masks
        .iter()
        .map(|(tile_id, mask)| ImportedLabel {
            tile_id: *tile_id,
            mask,
        })
        .collect();
    let imported = store
        .import_labels(&labels, author, &read.comment)
        .map_err(sentence)?;
    let bscans = |count: usize| match count {
        1 => "1 B-scan".to_owned(),
        _ => format!("{count} B-scans"),
    };
    Ok(match (imported.versions.len(), imported.unchanged_count) {
        (0, _) => format!("The labels from {origin} are those that are here already."),
        (count, 0) => format!("Labels of {} came in from {origin}.", bscans(count)),
        (count, same) => format!(
            "Labels of {} came in from {origin}; {same} are as they were.",
            bscans(count)
        ),
    })
}
