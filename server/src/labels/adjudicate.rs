//! `POST /v1/labels/adjudicate`: a version that joins two heads of a tile, by somebody who made neither.

use fovea_annotation::{Lineage, MaskDiff, VersionId, VersionKind};
use fovea_protocol::{DiffRecord, LabelAdjudicate, LabelCreated, LabelRecord, VersionOffer};

use super::create::{Payload, payload_of};
use super::decide::{NotDecided, decide, is_own, overtaken, own_label};
use super::draft::{Draft, record, tile};
use crate::audit::Action;
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::ops::{Applied, apply_joined, diff_of_masks, mask_of};
use crate::problem::Problem;

/// Stores the mask as a version with two parents and says what changed against the first.
pub(crate) async fn adjudicate(
    backend: &Backend,
    by: Applied,
    ask: LabelAdjudicate,
) -> Result<LabelCreated, Problem> {
    let tile = tile(backend, &by.account, ask.tile_id).await?;
    let [first, second] = ask.parents;
    if first == second {
        let detail = "an adjudication joins two heads and these are the same; name both";
        return Err(Problem::unprocessable("parents_equal", detail));
    }
    let first = record(backend, &by.account, first).await?.version;
    let second = record(backend, &by.account, second).await?.version;
    if [&first, &second].map(|parent| parent.tile_id) != [ask.tile_id; 2] {
        let detail = "a parent of this label labels another tile";
        return Err(Problem::unprocessable("parent_of_other_tile", detail));
    }
    let Payload { blob, sha256, mask } =
        payload_of(backend, &by.account, ask.mask, tile.size).await?;
    let draft = Draft {
        tile_id: ask.tile_id,
        parents: vec![&first, &second],
        author: by.account.name.clone(),
        payload: sha256,
        kind: VersionKind::Edit,
        comment: ask.comment,
        at_us: by.now_us,
    };
    let version = draft.seal()?;
    let before = mask_of(backend, first.payload, tile.size).await?;
    let diff = diff_of_masks(Some(before), mask).await?;
    let created = created(&version, &diff);
    let may_own = backend.review.own;
    let heads = decide(backend, move |connection| {
        if let Some(blob) = blob {
            blob.write_down(connection)?;
        }
        join(connection, &by, &version, &diff, may_own)
    });
    Ok(LabelCreated {
        heads: heads.await?,
        ..created
    })
}

/// The answer, without the heads.
pub(super) fn created(version: &VersionOffer, diff: &MaskDiff) -> LabelCreated {
    LabelCreated {
        label_id: version.id,
        version: version.number,
        diff: DiffRecord::from(diff),
        diff_preview: format!("Saved v{}, diff: {}", version.number, diff.summary()),
        heads: Vec::new(),
    }
}

fn join(
    connection: &Connection,
    by: &Applied,
    version: &VersionOffer,
    diff: &MaskDiff,
    may_own: bool,
) -> Result<Vec<VersionId>, NotDecided> {
    check_heads(connection, version)?;
    let all = db::records_of_tile(connection, version.tile_id)?;
    let mut readings = readings(&all, &version.parents);
    if !may_own && readings.any(|label| is_own(label, &by.account)) {
        let detail = "one of the readings is your own work; ask another reviewer to join them";
        return Err(own_label(detail).into());
    }
    let (_, heads) = apply_joined(connection, by, Action::Adjudicate, version, diff)?;
    Ok(heads)
}

/// Refuses a version whose parents are not all heads any more.
pub(super) fn check_heads(
    connection: &Connection,
    version: &VersionOffer,
) -> Result<(), NotDecided> {
    let heads = db::heads_of(connection, version.tile_id)?;
    if version.parents.iter().all(|parent| heads.contains(parent)) {
        return Ok(());
    }
    let detail = "the heads of this tile have moved meanwhile; look at them and decide again";
    Err(overtaken("heads_moved", detail, heads).into())
}

/// What two heads do not have in common: the work of their two sides since they went apart.
fn readings<'a>(
    all: &'a [LabelRecord],
    heads: &[VersionId],
) -> impl Iterator<Item = &'a LabelRecord> {
    let lineage = Lineage::of(all.iter().map(|record| {
        let version = &record.version;
        (version.id, version.parents.clone())
    }));
    let lines: Vec<_> = heads.iter().map(|head| lineage.line(*head)).collect();
    all.iter().filter(move |record| {
        let sides = lines
            .iter()
            .filter(|line| line.contains(&record.version.id));
        sides.count() == 1
    })
}
