//! What must hold of a case before it is written and after it is read.

use std::collections::{BTreeMap, BTreeSet};

use fovea_annotation::{
    CaseId, ContentHash, LabelSchema, LabelVersion, Mask, MaskDiff, TileId, VersionId,
    mask_from_payload,
};
use fovea_geometry::SizePx;

use super::{ProjectCase, ProjectTile};
use crate::case_id_of;

/// Checks ids, hashes, parents, masks and diffs; the fault names B-scan and version by number. Returns the case's id.
pub(crate) fn verify(case: &ProjectCase) -> Result<CaseId, String> {
    let case_id = case_id_of(&case.volume);
    if case.volume.bscans.is_empty() || case.tiles.len() != case.volume.bscans.len() {
        return Err("it does not have one tile for each of its B-scans".to_owned());
    }
    let mut used = BTreeSet::new();
    for (index, (tile, bscan)) in (0_u32..).zip(case.tiles.iter().zip(&case.volume.bscans)) {
        let tile_id = TileId::of(case_id, index);
        let payloads = Payloads {
            by_hash: &case.payloads,
            size: bscan.size,
        };
        verify_tile(tile, tile_id, &payloads)
            .map_err(|fault| format!("in B-scan {index}, {fault}"))?;
        used.extend(tile.versions.iter().map(|version| version.payload));
    }
    match case.payloads.keys().all(|hash| used.contains(hash)) {
        true => Ok(case_id),
        false => Err("it has a mask that no label version points at".to_owned()),
    }
}

fn verify_tile(tile: &ProjectTile, id: TileId, payloads: &Payloads<'_>) -> Result<(), String> {
    let mut known: BTreeMap<VersionId, ContentHash> = BTreeMap::new();
    for (at, version) in tile.versions.iter().enumerate() {
        verify_version(version, id, &known, payloads)
            .map_err(|fault| format!("label version {}: {fault}", at + 1))?;
        if known.insert(version.id, version.payload).is_some() {
            return Err(format!("label version {}: it is there twice", at + 1));
        }
    }
    match tile
        .working
        .is_none_or(|working| known.contains_key(&working))
    {
        true => Ok(()),
        false => Err("the version that is worked on is missing".to_owned()),
    }
}

fn verify_version(
    version: &LabelVersion,
    tile: TileId,
    known: &BTreeMap<VersionId, ContentHash>,
    payloads: &Payloads<'_>,
) -> Result<(), String> {
    version.verify().map_err(|error| error.to_string())?;
    if version.tile != tile {
        return Err("it belongs to another tile".to_owned());
    }
    if version
        .parents
        .iter()
        .any(|parent| !known.contains_key(parent))
    {
        return Err("a version that it builds on is missing or comes after it".to_owned());
    }
    let mask = payloads.mask(version.payload)?;
    let before = match version.parents.first().and_then(|parent| known.get(parent)) {
        Some(parent) => payloads.mask(*parent)?,
        None => Mask::background(payloads.size),
    };
    let diff = MaskDiff::between(&before, &mask).map_err(|error| error.to_string())?;
    match diff == version.diff {
        true => Ok(()),
        false => Err("its diff is not that of its masks".to_owned()),
    }
}

struct Payloads<'a> {
    by_hash: &'a BTreeMap<ContentHash, Vec<u8>>,
    size: SizePx,
}

impl Payloads<'_> {
    /// The mask called `hash`. Its size is looked at before it is unpacked, so that a few bytes cannot ask for much.
    fn mask(&self, hash: ContentHash) -> Result<Mask, String> {
        let bytes = self.by_hash.get(&hash).ok_or("its mask is missing")?;
        if ContentHash::of(bytes) != hash {
            return Err("its mask is not the one that its hash says".to_owned());
        }
        let size = [
            self.size.width.to_le_bytes(),
            self.size.height.to_le_bytes(),
        ]
        .concat();
        if bytes.get(4..12) != Some(size.as_slice()) {
            return Err("its mask is not of the size of its B-scan".to_owned());
        }
        let mask = mask_from_payload(bytes).map_err(|_| "its mask is damaged")?;
        let highest = mask.classes().iter().copied().fold(0, u8::max);
        match usize::from(highest) < LabelSchema::oct_layers().len() {
            true => Ok(mask),
            false => Err("its mask has a class that the label schema does not have".to_owned()),
        }
    }
}
