//! `POST /v1/labels/{label_id}/reviews`: a reviewer accepts a label, or sends it back to its author.

use fovea_annotation::{ContentHash, VersionId};
use fovea_protocol::{Change, ReviewCreate, ReviewRecord, Verdict};
use serde_json::json;

use super::decide::{
    NotDecided, check_comment, decide, is_own, label, overtaken, own_label, write_line,
};
use crate::audit::Action;
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::ops::Applied;
use crate::problem::Problem;

/// Adds the review; it is the one of the label that counts.
pub(crate) async fn review_label(
    backend: &Backend,
    by: Applied,
    label_id: VersionId,
    ask: ReviewCreate,
) -> Result<ReviewRecord, Problem> {
    check_comment(&ask.comment)?;
    if ask.verdict == Verdict::Reject && ask.comment.trim().is_empty() {
        let detail = "a rejection says what is wrong; add a comment for the author";
        return Err(Problem::unprocessable("comment_needed", detail));
    }
    let may_own = backend.review.own;
    let work = move |connection: &Connection| review(connection, &by, label_id, ask, may_own);
    decide(backend, work).await
}

fn review(
    connection: &Connection,
    by: &Applied,
    label_id: VersionId,
    ask: ReviewCreate,
    may_own: bool,
) -> Result<ReviewRecord, NotDecided> {
    let label = label(connection, label_id)?;
    if !may_own && is_own(&label, &by.account) {
        let detail = "this label is your own work; ask another reviewer to look at it";
        return Err(own_label(detail).into());
    }
    let tile_id = label.version.tile_id;
    // The same review again, whose answer was lost.
    let last = db::last_review(connection, label_id)?;
    if let Some(same) = last.filter(|last| {
        (last.verdict, &last.comment, &last.reviewed_by)
            == (ask.verdict, &ask.comment, &by.account.name)
    }) {
        return Ok(same);
    }
    let approved = db::last_approval(connection, tile_id)?.map(|approval| approval.label_id);
    if ask.verdict == Verdict::Reject && approved == Some(label_id) {
        let detail =
            "this label is the approved one of its tile; approve another one before you reject it";
        return Err(overtaken("label_approved", detail, approved).into());
    }
    let review = ReviewRecord {
        label_id,
        tile_id,
        verdict: ask.verdict,
        comment: ask.comment,
        reviewed_by: by.account.name.clone(),
        reviewed_at_us: by.now_us,
    };
    db::insert_review(connection, &review, by.account.user_id)?;
    let action = match review.verdict {
        Verdict::Accept => Action::LabelAccept,
        Verdict::Reject => Action::LabelReject,
    };
    // The text may name a person; its hash proves what it was.
    let comment_sha256 = ContentHash::of(review.comment.as_bytes());
    let detail = json!({ "tile": tile_id, "comment_sha256": comment_sha256 });
    write_line(connection, by, action, label_id, detail)?;
    db::append_tile_change(
        connection,
        tile_id,
        &Change::LabelReviewed(review.clone()),
        by.now_us,
    )?;
    Ok(review)
}
