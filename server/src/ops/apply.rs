//! Applying prepared operations inside the caller's transaction.

use fovea_annotation::{ContentHash, MaskDiff, TileFigures, VersionId, VersionKind};
use fovea_protocol::{
    CaseMeta, Change, DiffRecord, LabelRecord, OpOutcome, PredictionOffer, VersionOffer,
};
use serde_json::json;

use super::rejection::Rejection;
use crate::audit::{self, Action, Line};
use crate::db::{self, Account, Connection, DbError};

/// Who applies, and when.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) account: Account,
    pub(crate) now_us: i64,
}

type Outcome = Result<OpOutcome, DbError>;

/// Adds a case with its tiles; one that is there already with the same tiles is a duplicate.
pub(crate) fn apply_case(connection: &Connection, by: &Applied, case: &CaseMeta) -> Outcome {
    if db::case_by_id(connection, case.case_id)?.is_some() {
        if !db::may_see_case(connection, &by.account, case.case_id)? {
            return Ok(case_restricted().into());
        }
        let same = db::tiles_of_case(connection, case.case_id)? == case.tiles;
        let conflict = || {
            Rejection::for_good(
                "case_conflict",
                "the server holds this case with other tiles; import it again",
            )
        };
        return Ok(if same {
            OpOutcome::Duplicate
        } else {
            conflict().into()
        });
    }
    db::insert_case(connection, case, by.account.user_id, by.now_us)?;
    let detail = json!({ "tiles": case.tiles.len(), "format": case.format });
    audit_line(
        connection,
        by,
        Action::CaseRegister,
        case.case_id.to_string(),
        detail,
    )?;
    let change = Change::CaseRegistered(case.clone());
    db::append_change(connection, case.case_id, &change, by.now_us)?;
    Ok(OpOutcome::Accepted)
}

/// Adds a prediction, with its figures where they are known; it becomes the latest of its tile, and the queue follows.
pub(crate) fn apply_prediction(
    connection: &Connection,
    by: &Applied,
    prediction: &PredictionOffer,
    figures: Option<&TileFigures>,
) -> Outcome {
    let Some(tile) = db::tile_row(connection, prediction.tile_id)? else {
        return Ok(tile_unknown().into());
    };
    let latest = db::latest_prediction(connection, prediction.tile_id)?;
    if latest.is_some_and(|(latest, _)| latest == *prediction) {
        return Ok(OpOutcome::Duplicate);
    }
    db::insert_prediction(
        connection,
        prediction,
        figures,
        by.account.user_id,
        by.now_us,
    )?;
    let detail = json!({ "model": prediction.model_digest, "score": prediction.score });
    audit_line(
        connection,
        by,
        Action::PredictionRegister,
        prediction.tile_id.to_string(),
        detail,
    )?;
    db::append_change(
        connection,
        tile.case_id,
        &Change::PredictionRegistered(prediction.clone()),
        by.now_us,
    )?;
    Ok(OpOutcome::Accepted)
}

/// Adds a version with its diff, audit line and change, and takes the tile out of the queue when a person made it.
pub(crate) fn apply_version(
    connection: &Connection,
    by: &Applied,
    version: &VersionOffer,
    diff: &MaskDiff,
) -> Result<(OpOutcome, Vec<VersionId>), DbError> {
    let action = match VersionKind::from(version.kind) {
        VersionKind::Model => Action::LabelModel,
        VersionKind::Edit => Action::LabelEdit,
        VersionKind::Rollback => Action::Rollback,
    };
    apply_joined(connection, by, action, version, diff)
}

/// As [`apply_version`], for a version that joins two heads; `action` says how.
pub(crate) fn apply_joined(
    connection: &Connection,
    by: &Applied,
    action: Action,
    version: &VersionOffer,
    diff: &MaskDiff,
) -> Result<(OpOutcome, Vec<VersionId>), DbError> {
    let Some(tile) = db::tile_row(connection, version.tile_id)? else {
        return Ok((tile_unknown().into(), Vec::new()));
    };
    if db::record_of(connection, version.id)?.is_some() {
        return Ok((
            OpOutcome::Duplicate,
            db::heads_of(connection, version.tile_id)?,
        ));
    }
    for &parent in &version.parents {
        if db::record_of(connection, parent)?.is_none() {
            let detail = "a parent of this version is not on the server; send it first";
            return Ok((
                Rejection::for_now("parent_unknown", detail).into(),
                Vec::new(),
            ));
        }
    }
    let record = LabelRecord {
        version: version.clone(),
        diff: DiffRecord::from(diff),
        pushed_by: by.account.name.clone(),
        accepted_at_us: by.now_us,
    };
    let (heads, forked) = db::insert_version(connection, &record, by.account.user_id)?;
    audit_version(connection, by, action, &record, forked)?;
    if version.kind != fovea_protocol::LabelKind::Model {
        db::close_tile(connection, version.tile_id)?;
        db::drop_lease(connection, version.tile_id)?;
    }
    db::append_change(
        connection,
        tile.case_id,
        &Change::VersionAdded {
            record,
            heads: heads.clone(),
        },
        by.now_us,
    )?;
    let outcome = if forked {
        OpOutcome::Forked {
            heads: heads.clone(),
        }
    } else {
        OpOutcome::Accepted
    };
    Ok((outcome, heads))
}

fn audit_version(
    connection: &Connection,
    by: &Applied,
    action: Action,
    record: &LabelRecord,
    forked: bool,
) -> Result<(), DbError> {
    let version = &record.version;
    let detail = json!({
        "tile": version.tile_id,
        "number": version.number,
        "parents": version.parents,
        "payload": version.payload,
        "added_px": record.diff.added_px,
        "removed_px": record.diff.removed_px,
        "relabelled_px": record.diff.relabelled_px,
        // The text may name a person; its hash proves what it was.
        "comment_sha256": ContentHash::of(version.comment.as_bytes()),
        "forked": forked,
    });
    audit_line(connection, by, action, version.id.to_string(), detail)
}

fn audit_line(
    connection: &Connection,
    by: &Applied,
    action: Action,
    subject: String,
    detail: serde_json::Value,
) -> Result<(), DbError> {
    audit::append(
        connection,
        Line {
            actor: &by.account.name,
            action,
            subject,
            detail,
        },
        by.now_us,
    )
}

/// Who sends a scan has it, so that somebody else has it too is no secret.
fn case_restricted() -> Rejection {
    let detail = "another account has sent this scan before and keeps it to itself; ask an administrator to have it shared";
    Rejection::for_good("case_restricted", detail)
}

pub(super) fn tile_unknown() -> Rejection {
    Rejection::for_now(
        "tile_unknown",
        "the server does not know this tile; register its case first",
    )
}
