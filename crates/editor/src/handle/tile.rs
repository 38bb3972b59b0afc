//! Reports of the store about cases, tiles, journals and versions.

use crate::{BscanSummary, CaseSummary, Effect, LoadedTile, NoticeKind, OpenCase, OpenTile, State};
use fovea_annotation::{LabelVersion, TileId, VersionKind};
use std::sync::Arc;

pub(super) fn case_opened(
    state: &mut State,
    summary: CaseSummary,
    bscans: Vec<BscanSummary>,
) -> Vec<Effect> {
    // An answer that another wish has overtaken.
    if state
        .opening_case
        .is_some_and(|wanted| wanted != summary.id)
    {
        return Vec::new();
    }
    state.opening_case = None;
    let wanted = state.open_after_case.take();
    let current = bscans
        .iter()
        .find(|b| Some(b.tile) == wanted)
        .or(bscans.first());
    let target = current.map(|b| (b.tile, b.index));
    state.case = Some(OpenCase {
        summary,
        bscans,
        current: target.map_or(0, |(_, index)| index),
    });
    target.map_or_else(Vec::new, |(tile, _)| crate::apply::open_tile(state, tile))
}

pub(super) fn tile_opened(state: &mut State, loaded: LoadedTile) -> Vec<Effect> {
    // An answer that another wish has overtaken, or one that would throw away work begun since.
    if state.opening != Some(loaded.tile) {
        return Vec::new();
    }
    state.opening = None;
    let is_same_size = state
        .tile
        .as_ref()
        .is_some_and(|t| t.image.size == loaded.image.size);
    match OpenTile::from_loaded(loaded) {
        Ok(tile) => {
            if let Some(case) = &mut state.case
                && case.summary.id == tile.case
            {
                case.current = tile.index;
            }
            state.view.fit_pending |= !is_same_size;
            state.view.compare = false;
            state.view.fit_if_pending(tile.image.size);
            state.tile = Some(tile);
            vec![Effect::TileReplaced]
        }
        Err(error) => {
            state.notices.push(NoticeKind::Error, error.to_string());
            Vec::new()
        }
    }
}

pub(super) fn journal_durable(state: &mut State, tile: TileId, seq: u64) -> Vec<Effect> {
    if let Some(open) = state.tile.as_mut().filter(|t| t.id == tile) {
        open.durable_next_seq = open.durable_next_seq.max(seq + 1).min(open.next_seq);
    }
    Vec::new()
}

/// The work stays in hand (and is shown so); a saved version would still rescue it.
pub(super) fn journal_failed(state: &mut State, _tile: TileId, sentence: String) -> Vec<Effect> {
    state.notices.push(NoticeKind::Error, sentence);
    Vec::new()
}

pub(super) fn version_saved(state: &mut State, version: LabelVersion) -> Vec<Effect> {
    let words = match version.kind {
        VersionKind::Rollback => format!(
            "Restored as v{}, diff: {}",
            version.number,
            version.diff.summary()
        ),
        _ => format!(
            "Saved v{}, diff: {}",
            version.number,
            version.diff.summary()
        ),
    };
    let is_rollback = version.kind == VersionKind::Rollback;
    state.notices.push(NoticeKind::Done, words);
    if let Some(case) = &mut state.case
        && let Some(bscan) = case.bscans.iter_mut().find(|b| b.tile == version.tile)
    {
        bscan.version_count += 1;
    }
    let mut effects = Vec::new();
    // A save of a tile that was left meanwhile grants nothing: the wish was about the tile that is open.
    let is_open = state.tile.as_ref().is_some_and(|t| t.id == version.tile);
    if let Some(tile) = state.tile.as_mut().filter(|t| t.id == version.tile) {
        tile.saving = false;
        if is_rollback {
            // The journal was rebased in the store; what the tile holds now is read afresh.
            effects.extend(crate::apply::open_tile(state, version.tile));
        } else {
            took_new_head(tile, version);
            effects.extend(super::labels::after_save(tile));
        }
    }
    effects.push(Effect::ListCases);
    if let Some(wish) = state.after_save.take_if(|_| is_open) {
        effects.extend(crate::apply::granted(state, wish));
    }
    effects
}

/// The mask that was saved is the new head. Strokes drawn since the save left for the disk stay unsaved work.
fn took_new_head(tile: &mut OpenTile, version: LabelVersion) {
    let saved = tile.mask_being_saved.take();
    tile.previous_mask = tile.head_mask.take();
    tile.changed_since_head = saved.as_deref().is_some_and(|m| *m != tile.mask);
    tile.head_mask = saved.or_else(|| Some(Arc::new(tile.mask.clone())));
    tile.versions.push(version);
}

pub(super) fn save_failed(state: &mut State, tile: TileId, sentence: String) -> Vec<Effect> {
    if let Some(open) = state.tile.as_mut().filter(|t| t.id == tile) {
        open.saving = false;
        open.mask_being_saved = None;
        state.after_save = None;
    }
    state.notices.push(NoticeKind::Error, sentence);
    Vec::new()
}
