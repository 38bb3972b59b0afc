//! The page about tiles with several readings.

use fovea_annotation::TileId;
use fovea_protocol::{LabelApprove, LabelMerge, ReviewCreate, Verdict as Says};
use std::sync::Arc;

use crate::effect::{Adjudication, Verdict};
use crate::review::Judgement;
use crate::{Effect, ReviewCommand, State};

pub(super) fn apply(state: &mut State, command: ReviewCommand) -> Vec<Effect> {
    use ReviewCommand as C;
    let review = &mut state.review;
    match command {
        C::Refresh => vec![Effect::LoadDisagreements { after: 0 }],
        C::More => {
            let more = review.more.take();
            more.map(|after| Effect::LoadDisagreements { after })
                .into_iter()
                .collect()
        }
        C::Judge {
            is_accepted,
            comment,
        } => judge(state, is_accepted, comment).into_iter().collect(),
        C::Approve(comment) => approve(state, comment).into_iter().collect(),
        C::Choose(tile) => choose(state, tile),
        C::Open(tile) => open(state, tile),
        C::Merge(comment) => merge(state, comment).into_iter().collect(),
        C::Adjudicate(judgement, comment) => {
            adjudicate(state, &judgement, comment).into_iter().collect()
        }
    }
}

fn choose(state: &mut State, tile: TileId) -> Vec<Effect> {
    let review = &mut state.review;
    let heads = review.find(tile).map(|found| found.heads.clone());
    (review.chosen, review.readings) = (Some(tile), None);
    match heads.as_deref() {
        Some(&[one, other, ..]) => vec![Effect::LoadReadings {
            tile,
            heads: [one, other],
        }],
        _ => Vec::new(),
    }
}

/// A label goes back only with words.
fn judge(state: &mut State, is_accepted: bool, comment: String) -> Option<Effect> {
    let version = state.label_to_review()?.id;
    if state.review.is_asking || (!is_accepted && comment.is_empty()) {
        return None;
    }
    state.review.is_asking = true;
    let verdict = match is_accepted {
        true => Says::Accept,
        false => Says::Reject,
    };
    Some(Effect::ReviewLabel(
        version,
        ReviewCreate { verdict, comment },
    ))
}

/// The server changes nothing when another version than the one that is known here is approved by then.
fn approve(state: &mut State, comment: String) -> Option<Effect> {
    let version = state.label_to_review()?.id;
    let known = state.tile.as_ref()?.approval.as_ref();
    let expected_approved = known.map(|approval| approval.version);
    if state.review.is_asking || expected_approved == Some(version) {
        return None;
    }
    (state.review.is_asking, state.review.is_overtaken) = (true, false);
    let approve = LabelApprove {
        expected_approved,
        comment,
    };
    Some(Effect::ApproveLabel(version, approve))
}

/// Opens the tile in the window; the page is closed for it.
fn open(state: &mut State, tile: TileId) -> Vec<Effect> {
    let Some(found) = state.review.find(tile) else {
        return Vec::new();
    };
    let (case, index) = (found.case_id, found.bscan_index);
    let mut effects = super::close_dialog(state);
    effects.extend(super::navigate::open_bscan_of(state, case, index, tile));
    effects
}

fn merge(state: &mut State, comment: String) -> Option<Effect> {
    let review = &mut state.review;
    let readings = review.readings.as_ref()?;
    if review.is_asking || readings.contradicting_px > 0 {
        return None;
    }
    let merge = LabelMerge {
        tile_id: readings.tile,
        parents: readings.heads(),
        comment,
    };
    review.is_asking = true;
    Some(Effect::MergeReadings(Box::new(merge)))
}

fn adjudicate(state: &mut State, judgement: &Judgement, comment: String) -> Option<Effect> {
    let review = &mut state.review;
    let readings = review.readings.as_ref()?;
    if review.is_asking {
        return None;
    }
    let verdict = match judgement {
        Judgement::Reading(at) => Verdict::Payload(readings.records.get(*at)?.version.payload),
        Judgement::Window => {
            let open = state
                .tile
                .as_ref()
                .filter(|open| open.id == readings.tile)?;
            Verdict::Mask(Arc::new(open.mask.clone()))
        }
    };
    review.is_asking = true;
    Some(Effect::Adjudicate(Box::new(Adjudication {
        tile: readings.tile,
        parents: readings.heads(),
        verdict,
        comment,
    })))
}
