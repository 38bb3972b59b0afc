//! Which case, B-scan and queue item is open.

use crate::{Effect, NoticeKind, State};
use fovea_annotation::{CaseId, TileId};

pub(super) fn select_case(state: &mut State, case: CaseId) -> Vec<Effect> {
    state.open_after_case = None;
    state.opening_case = Some(case);
    vec![Effect::OpenCase(case)]
}

pub(super) fn select_bscan(state: &mut State, index: u32) -> Vec<Effect> {
    let Some(case) = &mut state.case else {
        return Vec::new();
    };
    let Some(bscan) = case.bscans.get(index as usize) else {
        return Vec::new();
    };
    let tile = bscan.tile;
    case.current = index;
    open_tile(state, tile)
}

pub(super) fn step_bscan(state: &mut State, steps: i32) -> Vec<Effect> {
    let Some(case) = &state.case else {
        return Vec::new();
    };
    let last = case.bscans.len().saturating_sub(1) as i64;
    let index = (i64::from(case.current) + i64::from(steps)).clamp(0, last) as u32;
    if index == case.current {
        Vec::new()
    } else {
        select_bscan(state, index)
    }
}

/// Asks for a tile; the stroke in hand is finished first, so nothing of it is lost.
pub(crate) fn open_tile(state: &mut State, tile: TileId) -> Vec<Effect> {
    let mut effects = super::stroke::end(state);
    if state.tile.as_ref().is_some_and(|open| open.id != tile) {
        state.after_save = None;
    }
    state.opening = Some(tile);
    effects.push(Effect::OpenTile(tile));
    effects
}

pub(super) fn open_queue_item(state: &mut State, tile: TileId) -> Vec<Effect> {
    let Some(item) = state.queue.items.iter().find(|i| i.tile == tile) else {
        return Vec::new();
    };
    if !item.here {
        let text = format!(
            "B-scan {} of {} is not on this machine yet; it is fetched at the next sync.",
            item.bscan_index + 1,
            item.case_title
        );
        state.notices.push(NoticeKind::Info, text);
        return vec![Effect::SyncNow];
    }
    let (case, index) = (item.case, item.bscan_index);
    open_bscan_of(state, case, index, tile)
}

/// Opens a B-scan of any case that is here.
pub(super) fn open_bscan_of(
    state: &mut State,
    case: CaseId,
    index: u32,
    tile: TileId,
) -> Vec<Effect> {
    if state.case.as_ref().is_some_and(|c| c.summary.id == case) {
        return select_bscan(state, index);
    }
    state.open_after_case = Some(tile);
    state.opening_case = Some(case);
    vec![Effect::OpenCase(case)]
}

pub(super) fn open_returned(state: &mut State, tile: TileId) -> Vec<Effect> {
    let Some(label) = state.returned.of_tile(tile) else {
        return Vec::new();
    };
    let (case, index) = (label.case, label.bscan_index);
    open_bscan_of(state, case, index, tile)
}

/// The one after the open tile, or the first.
pub(super) fn next_returned(state: &mut State) -> Vec<Effect> {
    let open = state.tile.as_ref().map(|tile| tile.id);
    let list = state.returned.list.as_deref().unwrap_or_default();
    let after = list
        .iter()
        .position(|label| Some(label.tile) == open)
        .map_or(0, |at| at + 1);
    let next = list.get(after).or(list.first()).map(|label| label.tile);
    next.map_or_else(Vec::new, |tile| open_returned(state, tile))
}

pub(super) fn next_in_queue(state: &mut State) -> Vec<Effect> {
    let current = state.tile.as_ref().map(|t| t.id);
    let items: Vec<TileId> = state
        .queue
        .items
        .iter()
        .filter(|i| i.here)
        .map(|i| i.tile)
        .collect();
    let after = items
        .iter()
        .position(|t| Some(*t) == current)
        .map_or(0, |p| p + 1);
    match items.get(after) {
        Some(&tile) => open_queue_item(state, tile),
        None => {
            state
                .notices
                .push(NoticeKind::Info, "This was the last B-scan of the queue.");
            Vec::new()
        }
    }
}

pub(super) fn step_doubt(state: &mut State, steps: i32) -> Vec<Effect> {
    let Some(case) = &state.case else {
        return Vec::new();
    };
    let doubtful = |b: &&crate::BscanSummary| b.score.is_some_and(|s| s > state.queue.threshold);
    let current = case.current as usize;
    let found = if steps > 0 {
        case.bscans.iter().skip(current + 1).find(doubtful)
    } else {
        case.bscans.iter().take(current).rev().find(doubtful)
    };
    match found.map(|b| b.index) {
        Some(index) => select_bscan(state, index),
        None => {
            state.notices.push(
                NoticeKind::Info,
                "No further B-scan of this case is above the queue's threshold.",
            );
            Vec::new()
        }
    }
}

pub(super) fn refresh_queue(state: &mut State) -> Vec<Effect> {
    state.queue.loading = true;
    vec![Effect::LoadQueue {
        threshold: state.queue.threshold,
    }]
}

pub(super) fn set_threshold(state: &mut State, threshold: f32) -> Vec<Effect> {
    let threshold = if threshold.is_finite() {
        threshold.clamp(0.0, 1.0)
    } else {
        return Vec::new();
    };
    if threshold == state.queue.threshold {
        return Vec::new();
    }
    state.queue.threshold = threshold;
    refresh_queue(state)
}
