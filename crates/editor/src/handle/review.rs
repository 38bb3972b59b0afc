//! What the server says of tiles with several readings.

use fovea_annotation::TileId;
use fovea_protocol::{ApprovalRecord, DisagreementsPage, LabelCreated, ReviewRecord, Verdict};

use crate::{Approval, Dialog, Effect, NoticeKind, Readings, State};

pub(super) fn listed(state: &mut State, after: u64, page: DisagreementsPage) -> Vec<Effect> {
    state.review.take_page(after, page);
    Vec::new()
}

pub(super) fn compared(state: &mut State, readings: Box<Readings>) -> Vec<Effect> {
    if state.review.chosen == Some(readings.tile) {
        state.review.readings = Some(readings);
    }
    Vec::new()
}

/// The readings are one; the version comes here with the next sync.
pub(super) fn joined(state: &mut State, tile: TileId, created: &LabelCreated) -> Vec<Effect> {
    state.review.settle(tile);
    let text = match created.heads.len() {
        0 | 1 => format!("The readings are one now: v{}.", created.version),
        more => format!(
            "Two readings are one now: v{}. {more} are left.",
            created.version
        ),
    };
    state.notices.push(NoticeKind::Done, text);
    vec![Effect::LoadDisagreements { after: 0 }, Effect::SyncNow]
}

/// The label was reviewed; its author is told by the feed.
pub(super) fn reviewed(state: &mut State, record: &ReviewRecord) -> Vec<Effect> {
    state.review.is_asking = false;
    if state.dialog == Some(Dialog::ReviewLabel) {
        state.dialog = None;
    }
    let text = match record.verdict {
        Verdict::Accept => "The label is accepted.",
        Verdict::Reject => "The label went back to its author.",
    };
    state.notices.push(NoticeKind::Done, text);
    Vec::new()
}

/// The version counts from now on; the others are told by the feed.
pub(super) fn approved(state: &mut State, record: &ApprovalRecord) -> Vec<Effect> {
    state.review.is_asking = false;
    if state.dialog == Some(Dialog::ReviewLabel) {
        state.dialog = None;
    }
    let mut text = "The label is approved.".to_owned();
    if let Some(tile) = state.tile.as_mut().filter(|tile| tile.id == record.tile_id) {
        tile.approval = Some(Approval::from(record));
        if let Some(version) = tile.versions.iter().find(|v| v.id == record.label_id) {
            text = format!(
                "v{} is the approved version of this B-scan now.",
                version.number
            );
        }
    }
    state.notices.push(NoticeKind::Done, text);
    Vec::new()
}

/// The dialog stays and says so; which version is approved comes with the sync.
pub(super) fn approved_meanwhile(state: &mut State) -> Vec<Effect> {
    (state.review.is_asking, state.review.is_overtaken) = (false, true);
    vec![Effect::SyncNow]
}
