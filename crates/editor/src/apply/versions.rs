//! Saving, going back, and running the model.

use crate::{Effect, NoticeKind, SegmentProgress, SegmentScope, State};
use fovea_annotation::{TileId, VersionId};
use std::sync::Arc;

/// Saves the mask as a new version. The stroke in hand is finished first; without a change nothing is saved.
pub(super) fn save(state: &mut State) -> Vec<Effect> {
    let mut effects = super::stroke::end(state);
    let Some(tile) = &mut state.tile else {
        return effects;
    };
    if tile.saving || state.opening.is_some() {
        return effects;
    }
    let is_same = tile
        .head_mask
        .as_ref()
        .is_some_and(|head| **head == tile.mask);
    if is_same {
        tile.changed_since_head = false;
        let text = format!(
            "Nothing has changed since v{}.",
            tile.head().map_or(0, |v| v.number)
        );
        state.notices.push(NoticeKind::Info, text);
        return effects;
    }
    let mask = Arc::new(tile.mask.clone());
    tile.saving = true;
    tile.mask_being_saved = Some(Arc::clone(&mask));
    effects.push(Effect::SaveVersion {
        tile: tile.id,
        mask,
        comment: String::new(),
    });
    effects
}

/// Goes back to a version's content as a new record. Unsaved work is saved as a version first, so that it can be
/// gone back to as well.
pub(super) fn rollback(state: &mut State, target: VersionId) -> Vec<Effect> {
    state.dialog = None;
    let mut effects = if state.has_unsaved_work() {
        save(state)
    } else {
        Vec::new()
    };
    let Some(tile) = &mut state.tile else {
        return effects;
    };
    if tile.head().is_some_and(|head| head.id == target) && !tile.saving {
        state
            .notices
            .push(NoticeKind::Info, "This is the newest version already.");
        return effects;
    }
    tile.saving = true;
    effects.push(Effect::Rollback {
        tile: tile.id,
        target,
    });
    effects
}

/// Runs the model. Unsaved work on the open tile is saved as a version first: a prediction becomes the newest
/// version and must not hide it.
pub(super) fn segment(state: &mut State, scope: SegmentScope) -> Vec<Effect> {
    if state.segment.is_some() || state.tile.is_none() {
        return Vec::new();
    }
    if state.has_unsaved_work() {
        let effects = save(state);
        if state.tile.as_ref().is_some_and(|t| t.saving) {
            state.segment_after_save = Some(scope);
            return effects;
        }
    }
    segment_now(state, scope)
}

/// Runs the model over what `scope` means now.
pub(crate) fn segment_now(state: &mut State, scope: SegmentScope) -> Vec<Effect> {
    let tiles: Vec<TileId> = match scope {
        SegmentScope::Bscan => state.tile.iter().map(|t| t.id).collect(),
        SegmentScope::Case => state
            .case
            .iter()
            .flat_map(|c| &c.bscans)
            .map(|b| b.tile)
            .collect(),
    };
    if tiles.is_empty() {
        return Vec::new();
    }
    let total = tiles.len() as u32;
    state.segment = Some(SegmentProgress {
        scope,
        preparing: true,
        done: 0,
        total,
        cancelling: false,
    });
    vec![Effect::Segment { tiles, scope }]
}

pub(super) fn cancel_segment(state: &mut State) -> Vec<Effect> {
    match &mut state.segment {
        Some(progress) if !progress.cancelling => {
            progress.cancelling = true;
            vec![Effect::CancelSegment]
        }
        _ => Vec::new(),
    }
}
