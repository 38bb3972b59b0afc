//! Reports of the model at work.

use crate::{Effect, NoticeKind, SegmentedTile, State};

pub(super) fn progressed(state: &mut State, preparing: bool, done: u32, total: u32) -> Vec<Effect> {
    if let Some(progress) = &mut state.segment {
        (progress.preparing, progress.done, progress.total) = (preparing, done, total);
    }
    Vec::new()
}

/// A prediction was stored: the lists show its score, and the open tile is read again when it is the one.
pub(super) fn tile_segmented(state: &mut State, segmented: &SegmentedTile) -> Vec<Effect> {
    if let Some(case) = &mut state.case
        && let Some(bscan) = case.bscans.iter_mut().find(|b| b.tile == segmented.tile)
    {
        bscan.score = Some(segmented.score);
        bscan.version_count += 1;
    }
    let is_open = state.tile.as_ref().is_some_and(|t| t.id == segmented.tile);
    if is_open {
        crate::apply::open_tile(state, segmented.tile)
    } else {
        Vec::new()
    }
}

pub(super) fn finished(state: &mut State, done: u32, cancelled: bool) -> Vec<Effect> {
    state.segment = None;
    let noun = if done == 1 { "B-scan" } else { "B-scans" };
    let text = match cancelled {
        true => format!("Segmentation stopped; {done} {noun} done and kept."),
        false => format!("Segmented {done} {noun}."),
    };
    state.notices.push(NoticeKind::Done, text);
    vec![
        Effect::ListCases,
        Effect::LoadQueue {
            threshold: state.queue.threshold,
        },
    ]
}
