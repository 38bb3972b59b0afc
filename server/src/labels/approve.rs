//! `POST /v1/labels/{label_id}/approve`: one version of a tile is the approved one, changed by compare-and-set.

use fovea_annotation::{ContentHash, VersionId};
use fovea_protocol::{ApprovalRecord, Change, LabelApprove, Verdict};
use serde_json::json;

use super::decide::{
    NotDecided, check_comment, decide, is_own, label, overtaken, own_label, write_line,
};
use crate::audit::Action;
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::ops::Applied;
use crate::problem::Problem;

/// Approves the label, if the approved one still is the one that the reviewer saw.
pub(crate) async fn approve_label(
    backend: &Backend,
    by: Applied,
    label_id: VersionId,
    ask: LabelApprove,
) -> Result<ApprovalRecord, Problem> {
    check_comment(&ask.comment)?;
    let may_own = backend.review.own;
    let work = move |connection: &Connection| approve(connection, &by, label_id, ask, may_own);
    decide(backend, work).await
}

fn approve(
    connection: &Connection,
    by: &Applied,
    label_id: VersionId,
    ask: LabelApprove,
    may_own: bool,
) -> Result<ApprovalRecord, NotDecided> {
    // Every version that is held is a head or an ancestor of one: nothing is ever taken away.
    let label = label(connection, label_id)?;
    let tile_id = label.version.tile_id;
    let current = db::last_approval(connection, tile_id)?;
    // The same approval again, whose answer was lost.
    if let Some(same) = current.as_ref().filter(|current| {
        (current.label_id, current.previous) == (label_id, ask.expected_approved)
            && current.approved_by == by.account.name
    }) {
        return Ok(same.clone());
    }
    let previous = current.map(|approval| approval.label_id);
    if previous != ask.expected_approved {
        let detail =
            "another version of this tile was approved meanwhile; look at it and decide again";
        return Err(overtaken("approved_meanwhile", detail, previous).into());
    }
    if !may_own && is_own(&label, &by.account) {
        let detail = "this label is your own work; ask another reviewer to approve it";
        return Err(own_label(detail).into());
    }
    let last = db::last_review(connection, label_id)?;
    if last.is_some_and(|review| review.verdict == Verdict::Reject) {
        let detail =
            "the last review of this label rejected it; review it again before you approve it";
        return Err(overtaken("label_rejected", detail, None).into());
    }
    let approval = ApprovalRecord {
        label_id,
        tile_id,
        previous,
        comment: ask.comment,
        approved_by: by.account.name.clone(),
        approved_at_us: by.now_us,
    };
    db::insert_approval(connection, &approval, by.account.user_id)?;
    let detail = json!({
        "tile": tile_id,
        "previous": previous,
        "comment_sha256": ContentHash::of(approval.comment.as_bytes()),
    });
    write_line(connection, by, Action::LabelApprove, label_id, detail)?;
    db::append_tile_change(
        connection,
        tile_id,
        &Change::LabelApproved(approval.clone()),
        by.now_us,
    )?;
    Ok(approval)
}
