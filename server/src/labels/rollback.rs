//! `POST /v1/labels/rollback`: a new version with the content of an earlier one. Nothing is taken away.

use std::collections::HashMap;

use fovea_annotation::{VersionId, VersionKind};
use fovea_protocol::{DiffRecord, LabelRecord, LabelRollback, LabelRolledBack, VersionOffer};

use super::draft::{Draft, record, tile};
use crate::backend::Backend;
use crate::db;
use crate::ops::{Applied, apply_version, diff_of_payloads};
use crate::problem::Problem;

/// Adds the version and says what changed against the one that was left.
pub(crate) async fn roll_back(
    backend: &Backend,
    by: Applied,
    ask: LabelRollback,
) -> Result<LabelRolledBack, Problem> {
    let left = record(backend, &by.account, ask.label_id).await?.version;
    let tile = tile(backend, &by.account, left.tile_id).await?;
    let tile_id = left.tile_id;
    let all = backend
        .db
        .read(move |connection| db::records_of_tile(connection, tile_id))
        .await?;
    let target = ancestor(&all, &left, ask.target_version).ok_or_else(|| {
        Problem::unprocessable(
            "target_unknown",
            "the label has no earlier version of this number",
        )
    })?;
    let diff = diff_of_payloads(backend, left.payload, target.payload, tile.size).await?;
    let draft = Draft {
        tile_id,
        parents: vec![&left],
        author: by.account.name.clone(),
        payload: target.payload,
        kind: VersionKind::Rollback,
        comment: ask.comment,
        at_us: by.now_us,
    };
    let version = draft.seal()?;
    let (restored_label_id, number, diff_record) =
        (version.id, version.number, DiffRecord::from(&diff));
    let heads = backend
        .db
        .write(move |connection| Ok(apply_version(connection, &by, &version, &diff)?.1))
        .await?;
    backend.db.announce_changes();
    Ok(LabelRolledBack {
        restored_label_id,
        version: number,
        diff: diff_record,
        heads,
    })
}

/// The version numbered `number` among the ancestors of `from`; of several, the nearest along first parents.
fn ancestor<'a>(
    all: &'a [LabelRecord],
    from: &VersionOffer,
    number: u32,
) -> Option<&'a VersionOffer> {
    let by_id: HashMap<VersionId, &VersionOffer> =
        all.iter().map(|r| (r.version.id, &r.version)).collect();
    let mut next: Vec<VersionId> = from.parents.iter().rev().copied().collect();
    let mut steps_left = all.len();
    while let Some(version) = next.pop().and_then(|id| by_id.get(&id)) {
        if version.number == number {
            return Some(version);
        }
        steps_left = steps_left.checked_sub(1)?;
        next.extend(version.parents.iter().rev());
    }
    None
}
