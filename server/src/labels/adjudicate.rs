//! `POST /v1/labels/adjudicate`: a version that joins two heads of a tile, by somebody who made neither.

use std::collections::{HashMap, HashSet};

use fovea_annotation::{MaskDiff, VersionId, VersionKind};
use fovea_protocol::{DiffRecord, LabelAdjudicate, LabelCreated, LabelRecord, VersionOffer};

use super::create::payload_of;
use super::decide::{NotDecided, decide, is_own, overtaken, own_label};
use super::draft::{Draft, record, tile};
use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::ops::{Applied, apply_adjudication, diff_of_payloads};
use crate::problem::Problem;

/// Stores the mask as a version with two parents and says what changed against the first.
pub(crate) async fn adjudicate(
    backend: &Backend,
    by: Applied,
    ask: LabelAdjudicate,
) -> Result<LabelCreated, Problem> {
    let tile = tile(backend, ask.tile_id).await?;
    let [first, second] = ask.parents;
    if first == second {
        let detail = "an adjudication joins two heads and these are the same; name both";
        return Err(Problem::unprocessable("parents_equal", detail));
    }
    let first = record(backend, first).await?.version;
    let second = record(backend, second).await?.version;
    if [&first, &second].map(|parent| parent.tile_id) != [ask.tile_id; 2] {
        let detail = "a parent of this label labels another tile";
        return Err(Problem::unprocessable("parent_of_other_tile", detail));
    }
    let payload = payload_of(backend, ask.mask, tile.size, by.account.user_id).await?;
    let draft = Draft {
        tile_id: ask.tile_id,
        parents: vec![&first, &second],
        author: by.account.name.clone(),
        payload,
        kind: VersionKind::Edit,
        comment: ask.comment,
        at_us: by.now_us,
    };
    let version = draft.seal()?;
    let diff = diff_of_payloads(backend, first.payload, payload, tile.size).await?;
    let created = created(&version, &diff);
    let may_own = backend.review.own;
    let heads = decide(backend, move |connection| {
        join(connection, &by, &version, &diff, may_own)
    });
    Ok(LabelCreated {
        heads: heads.await?,
        ..created
    })
}

fn created(version: &VersionOffer, diff: &MaskDiff) -> LabelCreated {
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
    let heads = db::heads_of(connection, version.tile_id)?;
    if !version.parents.iter().all(|parent| heads.contains(parent)) {
        let detail = "the heads of this tile have moved meanwhile; look at them and decide again";
        return Err(overtaken("heads_moved", detail, heads).into());
    }
    let all = db::records_of_tile(connection, version.tile_id)?;
    let mut readings = readings(&all, &version.parents);
    if !may_own && readings.any(|label| is_own(label, &by.account)) {
        let detail = "one of the readings is your own work; ask another reviewer to join them";
        return Err(own_label(detail).into());
    }
    let (_, heads) = apply_adjudication(connection, by, version, diff)?;
    Ok(heads)
}

/// What two heads do not have in common: the work of their two sides since they went apart.
fn readings<'a>(
    all: &'a [LabelRecord],
    heads: &[VersionId],
) -> impl Iterator<Item = &'a LabelRecord> {
    let parents: HashMap<VersionId, &[VersionId]> = all
        .iter()
        .map(|record| (record.version.id, record.version.parents.as_slice()))
        .collect();
    let lines: Vec<HashSet<VersionId>> = heads.iter().map(|head| line(&parents, *head)).collect();
    all.iter().filter(move |record| {
        let sides = lines
            .iter()
            .filter(|line| line.contains(&record.version.id));
        sides.count() == 1
    })
}

/// A version and all that it builds on.
fn line(parents: &HashMap<VersionId, &[VersionId]>, head: VersionId) -> HashSet<VersionId> {
    let (mut line, mut next) = (HashSet::new(), vec![head]);
    while let Some(id) = next.pop() {
        if line.insert(id) {
            next.extend(parents.get(&id).copied().unwrap_or_default());
        }
    }
    line
}
