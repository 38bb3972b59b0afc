//! Saving, going back, and running the model.

use crate::state::AfterSave;
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
    if state.has_unsaved_work() {
        return save_then(state, AfterSave::Rollback(target));
    }
    rollback_now(state, target)
}

/// Saves, and remembers what is to be done when the save is durable. Where nothing could be saved nothing is done: a
/// save that fails must not let a wish through that would hide the work.
pub(super) fn save_then(state: &mut State, wish: AfterSave) -> Vec<Effect> {
    let effects = save(state);
    if state.tile.as_ref().is_some_and(|tile| tile.saving) {
        state.after_save = Some(wish);
        return effects;
    }
    if state.has_unsaved_work() {
        return effects;
    }
    // The label turned out to be the newest version's.
    [effects, granted(state, wish)].concat()
}

/// Does what waited for a save.
pub(crate) fn granted(state: &mut State, wish: AfterSave) -> Vec<Effect> {
    match wish {
        AfterSave::Close => vec![Effect::Quit],
        AfterSave::Segment(scope) => segment_now(state, scope),
        AfterSave::Rollback(target) => rollback_now(state, target),
        AfterSave::ApplyMapping => super::labels::apply_now(state),
        AfterSave::UseDeviceLines => super::labels::use_lines_now(state),
    }
}

fn rollback_now(state: &mut State, target: VersionId) -> Vec<Effect> {
    let Some(tile) = &mut state.tile else {
        return Vec::new();
    };
    if tile.saving {
        return Vec::new();
    }
    if tile.head().is_some_and(|head| head.id == target) {
        state
            .notices
            .push(NoticeKind::Info, "This is the newest version already.");
        return Vec::new();
    }
    tile.saving = true;
    vec![Effect::Rollback {
        tile: tile.id,
        target,
    }]
}

/// Runs the model. Unsaved work on the open tile is saved as a version first: a prediction becomes the newest
/// version and must not hide it.
pub(super) fn segment(state: &mut State, scope: SegmentScope) -> Vec<Effect> {
    if state.segment.is_some() || state.tile.is_none() {
        return Vec::new();
    }
    if state.has_unsaved_work() {
        return save_then(state, AfterSave::Segment(scope));
    }
    segment_now(state, scope)
}

/// Runs the model over what `scope` means now.
fn segment_now(state: &mut State, scope: SegmentScope) -> Vec<Effect> {
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
