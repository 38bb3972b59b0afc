//! Cases and tiles, from the store's types to the editor's.

use std::sync::Arc;

use fovea_annotation::{CaseId, LabelVersion, Mask, TileId, UncertaintyMap};
use fovea_editor::{
    Approval, BscanSummary, CaseSummary, Event, LoadedTile, ReturnedLabel, SeenLabels,
};
use fovea_imaging::{Budget, decode_png_gray8};
use fovea_local_store::{OpenTile, RemoteApproval, Store, StoreError};

use super::reporter::sentence;
use super::store_thread::StoreWorker;
use crate::transfer::{format_of, laterality_of, pattern_of};

impl StoreWorker {
    pub(super) fn list_cases(&self) {
        match self.store.list_cases() {
            Ok(cases) => self
                .reporter
                .send(Event::CasesListed(cases.iter().map(case_summary).collect())),
            Err(error) => self.reporter.fail(error),
        }
    }

    pub(super) fn list_returned(&self) {
        let waiting = self
            .labeler()
            .and_then(|labeler| self.store.returned_labels(&labeler));
        match waiting {
            Ok(labels) => {
                let labels = labels.into_iter().map(returned).collect();
                self.reporter.send(Event::ReturnedListed(labels));
            }
            Err(error) => self.reporter.fail(error),
        }
    }

    pub(super) fn open_case(&self, case: CaseId) {
        match read_case(&self.store, case) {
            Ok((summary, bscans)) => self.reporter.send(Event::CaseOpened { summary, bscans }),
            Err(error) => self.reporter.fail(error),
        }
    }

    pub(super) fn look_at_labels(&self, tile: TileId) {
        match self.store.tile_labels(tile) {
            Ok(labels) => self.reporter.send(Event::LabelsSeen(Box::new(SeenLabels {
                tile,
                versions: labels.versions,
                ahead: labels.ahead,
                // Strokes that could not be written yet are in no version either.
                is_unsaved: labels.unsaved || self.unwritten.holds(tile),
                approval: labels.approval.map(approval),
            }))),
            Err(error) => self.reporter.fail(error),
        }
    }

    pub(super) fn open_tile(&mut self, tile: TileId) {
        if self.unwritten.holds(tile) {
            // Read now, the tile would come without these strokes.
            let text = "Strokes of this B-scan are not on disk yet; free some space on the disk and open it again";
            return self.reporter.fail(text);
        }
        match load(&mut self.store, tile) {
            Ok(loaded) => self.reporter.send(Event::TileOpened(Box::new(loaded))),
            Err(sentence) => self.reporter.send(Event::Failed { sentence }),
        }
    }
}

fn approval(said: RemoteApproval) -> Approval {
    Approval {
        version: said.version_id,
        approver: said.approver,
        approved_at_us: said.approved_at_us,
    }
}

fn returned(label: fovea_local_store::ReturnedLabel) -> ReturnedLabel {
    ReturnedLabel {
        version: label.review.version_id,
        tile: label.tile_id,
        case: label.case_id,
        case_title: label.case_title,
        bscan_index: label.bscan_index,
        comment: label.review.comment,
        reviewer: label.review.reviewer,
        reviewed_at_us: label.review.reviewed_at_us,
    }
}

fn case_summary(case: &fovea_local_store::CaseSummary) -> CaseSummary {
    CaseSummary {
        id: case.case_id,
        title: case.title.clone(),
        bscan_count: case.tile_count,
        bscan_size: case.tile_size,
        spacing_um: case.spacing_um,
        laterality: laterality_of(&case.laterality),
        format: format_of(&case.format)
            .map_or_else(|| case.format.clone(), |format| format.to_string()),
        pattern: pattern_of(&case.facts.pattern),
        device: case.facts.device.clone(),
        device_line_count: case.device_line_count,
        imported_at_us: case.imported_at_us,
        segmented_count: case.segmented_count,
        labelled_count: case.labelled_count,
    }
}

fn read_case(store: &Store, case: CaseId) -> Result<(CaseSummary, Vec<BscanSummary>), StoreError> {
    let summary = case_summary(&store.case(case)?);
    let bscan = |tile: fovea_local_store::TileSummary| BscanSummary {
        tile: tile.tile_id,
        index: tile.bscan_index,
        score: tile.score,
        version_count: tile.version_number.unwrap_or(0),
    };
    Ok((
        summary,
        store.case_tiles(case)?.into_iter().map(bscan).collect(),
    ))
}

fn load(store: &mut Store, tile: TileId) -> Result<LoadedTile, String> {
    let open = store.open_tile(tile).map_err(sentence)?;
    let image = decode_png_gray8(&open.raw_png, &Budget::default()).map_err(sentence)?;
    let (head_mask, previous_mask) = compared(store, &open).map_err(sentence)?;
    let uncertainty = open
        .uncertainty_png
        .as_deref()
        .map(decode_uncertainty)
        .transpose()?;
    let score = open
        .prediction
        .as_ref()
        .map(|made| (made.score.score, made.score.reason.clone()));
    Ok(LoadedTile {
        tile,
        case: open.tile.case_id,
        index: open.tile.bscan_index,
        image: Arc::new(image),
        uncertainty,
        score,
        versions: working_last(open.versions, open.working.as_ref()),
        base: open.base_mask,
        entries: open.journal,
        next_seq: open.through_seq + 1,
        head_mask,
        previous_mask,
        on_server: open.on_server,
        approval: open.approval.map(approval),
    })
}

type Compared = (Option<Arc<Mask>>, Option<Arc<Mask>>);

/// Masks of the version that is worked on and of the one before it, where they are here.
fn compared(store: &Store, open: &OpenTile) -> Result<Compared, StoreError> {
    let Some(working) = &open.working else {
        return Ok((None, None));
    };
    let head = store.version_mask(working.id)?;
    let previous = match working.parents.first() {
        // The payload of another person's version may not have been fetched yet.
        Some(parent) => store.version_mask(*parent).ok(),
        None => None,
    };
    Ok((Some(Arc::new(head)), previous.map(Arc::new)))
}

/// The editor takes the last version for the one that is worked on; another head of a fork may be younger.
fn working_last(
    mut versions: Vec<LabelVersion>,
    working: Option<&LabelVersion>,
) -> Vec<LabelVersion> {
    let at =
        working.and_then(|working| versions.iter().position(|version| version.id == working.id));
    if let Some(at) = at {
        let working = versions.remove(at);
        versions.push(working);
    }
    versions
}

fn decode_uncertainty(png: &[u8]) -> Result<Arc<UncertaintyMap>, String> {
    let image = decode_png_gray8(png, &Budget::default()).map_err(sentence)?;
    UncertaintyMap::new(image.size, image.pixels)
        .map(Arc::new)
        .map_err(sentence)
}
