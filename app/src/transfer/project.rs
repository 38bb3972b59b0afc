//! Project bundles: cases with every version of their labels, into the store and out of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use fovea_annotation::{CaseId, LabelVersion, TileId};
use fovea_editor::{ImportedCase, ProjectFinding};
use fovea_imaging::{
    Budget, ProjectCase, ProjectReader, ProjectTile, is_project, refuse_existing, write_project,
};
use fovea_local_store::{ImportedVersion, Store};

use super::bring_in::is_known;
use super::case::new_case;
use super::not_written::NotWritten;
use super::stored::StoredCase;
use super::words::sentence;

/// True when the file is a project bundle.
pub(super) fn is_project_file(path: &Path) -> bool {
    let mut first_bytes = Vec::with_capacity(128);
    File::open(path)
        .and_then(|file| file.take(128).read_to_end(&mut first_bytes))
        .is_ok_and(|_| is_project(&first_bytes))
}

/// What is in a bundle.
pub(super) fn project_finding(path: &Path) -> Result<ProjectFinding, String> {
    let mut reader = ProjectReader::open(path, &Budget::default()).map_err(sentence)?;
    let mut found = ProjectFinding {
        case_count: reader.case_count(),
        bscan_count: 0,
        version_count: 0,
    };
    for number in 0..reader.case_count() {
        let case = reader.case(number).map_err(sentence)?;
        let versions = case.tiles.iter().map(|tile| tile.versions.len());
        found.bscan_count += case.tiles.len() as u32;
        found.version_count += versions.sum::<usize>() as u32;
    }
    Ok(found)
}

/// The whole project is checked before its first case is stored.
pub(super) fn bring_project_in(
    store: &mut Store,
    path: &Path,
) -> Result<Vec<ImportedCase>, String> {
    let mut reader = ProjectReader::open(path, &Budget::default()).map_err(sentence)?;
    let mut cases = Vec::new();
    for number in 0..reader.case_count() {
        let case = reader.case(number).map_err(sentence)?;
        cases.push(bring_project_case_in(store, &case)?);
    }
    Ok(cases)
}

fn bring_project_case_in(store: &mut Store, case: &ProjectCase) -> Result<ImportedCase, String> {
    let new = new_case(&case.volume, None).map_err(sentence)?;
    let was_known = is_known(store, new.case_id)?;
    let imported = store.import_case(&new).map_err(sentence)?;
    let mut versions = Vec::new();
    for version in case.tiles.iter().flat_map(|tile| &tile.versions) {
        let payload = case.payloads.get(&version.payload).cloned();
        versions.push(ImportedVersion {
            version: version.clone(),
            payload: payload.unwrap_or_default(),
        });
    }
    store.import_versions(&versions).map_err(sentence)?;
    for (index, tile) in (0_u32..).zip(&case.tiles) {
        if let Some(working) = tile.working {
            let tile_id = TileId::of(new.case_id, index);
            store.work_on(tile_id, working).map_err(sentence)?;
        }
    }
    Ok(ImportedCase {
        case: imported.case_id,
        name: imported.title,
        was_known,
        removals: Vec::new(),
        is_reduced: false,
        warnings: Vec::new(),
    })
}

/// Writes a case with every version of its labels.
pub(super) fn write_case(
    store: &Store,
    case: CaseId,
    stored: &StoredCase,
    target: &Path,
) -> Result<(), NotWritten> {
    refuse_existing(target)?;
    let mut whole = ProjectCase {
        volume: stored.volume.clone(),
        tiles: Vec::new(),
        payloads: BTreeMap::new(),
    };
    for tile in store.case_tiles(case).map_err(NotWritten::unread)? {
        let versions = in_order(store.versions(tile.tile_id).map_err(NotWritten::unread)?);
        for version in &versions {
            let payload = store.blob(version.payload).map_err(NotWritten::unread)?;
            whole.payloads.insert(version.payload, payload);
        }
        whole.tiles.push(ProjectTile {
            working: store
                .working_version(tile.tile_id)
                .map_err(NotWritten::unread)?,
            versions,
        });
    }
    Ok(write_project(target, |writer| writer.add_case(&whole))?)
}

/// Parents before children; versions of other people may have come in another order.
fn in_order(versions: Vec<LabelVersion>) -> Vec<LabelVersion> {
    let mut waiting = versions;
    let mut ordered: Vec<LabelVersion> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_open = |version: &LabelVersion| {
            let is_written = |parent: &_| ordered.iter().any(|done| done.id == *parent);
            version.parents.iter().all(is_written)
        };
        let (next, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_open);
        if next.is_empty() {
            // A parent is not on this machine: what builds on it cannot be carried.
            break;
        }
        ordered.extend(next);
        waiting = later;
    }
    ordered
}
