//! A push: operations in order, each applied once, all of one request in one transaction.

use fovea_annotation::{ContentHash, MaskDiff};
use fovea_protocol::{CaseMeta, Op, OpBody, OpOutcome, OpResult, PredictionOffer, VersionOffer};
use uuid::Uuid;

use super::apply::{Applied, apply_case, apply_prediction, apply_version, tile_unknown};
use super::check_case::check_case;
use super::check_prediction::check_prediction;
use super::check_version::check_version;
use super::known::Known;
use super::may_name::may_name;
use super::rejection::{Rejection, Stop};
use super::same_scan::as_held;
use crate::backend::Backend;
use crate::db::{self, Account, Connection, DbError, OpRecord};
use crate::problem::Problem;

/// An operation whose blobs were read and checked.
enum Prepared {
    Case(CaseMeta),
    Prediction(PredictionOffer),
    Version(VersionOffer, MaskDiff),
}

/// Step of a push: what is already decided, or what is to be applied.
enum Step {
    Decided(Uuid, OpOutcome),
    Apply(OpRecord, Box<Prepared>),
}

/// Takes the operations and says what became of each. What is taken is durable when this returns.
pub(crate) async fn push(
    backend: &Backend,
    by: Applied,
    ops: Vec<Op>,
) -> Result<Vec<OpResult>, Problem> {
    let mut known = Known::default();
    let mut steps = Vec::with_capacity(ops.len());
    for op in ops {
        steps.push(prepare(backend, &by.account, &mut known, op).await?);
    }
    let results = backend
        .db
        .write(move |connection| apply_all(connection, &by, &steps))
        .await?;
    backend.db.announce_changes();
    Ok(results)
}

async fn prepare(
    backend: &Backend,
    account: &Account,
    known: &mut Known,
    op: Op,
) -> Result<Step, Problem> {
    let record = OpRecord {
        op_id: op.op_id,
        body_hash: body_hash(&op.body),
    };
    let found = backend
        .db
        .look_up(move |connection| db::find_op(connection, record.op_id))
        .await?;
    if let Some(outcome) = found.map(|hash| seen_before(hash, record)) {
        return Ok(Step::Decided(op.op_id, outcome));
    }
    let checked = match may_name(backend, account, known, &op.body).await {
        Ok(()) => check(backend, account, known, op.body).await,
        Err(stop) => Err(stop),
    };
    match checked {
        Ok(prepared) => Ok(Step::Apply(record, Box::new(prepared))),
        Err(Stop::Rejected(rejection)) => Ok(Step::Decided(op.op_id, rejection.into())),
        Err(Stop::Failed(problem)) => Err(problem),
    }
}

async fn check(
    backend: &Backend,
    account: &Account,
    known: &mut Known,
    body: OpBody,
) -> Result<Prepared, Stop> {
    match body {
        OpBody::RegisterCase(case) => {
            check_case(backend, &case).await?;
            let case = as_held(backend, account, case).await?;
            known.add_case(&case);
            Ok(Prepared::Case(case))
        }
        OpBody::RegisterPrediction(prediction) => {
            check_prediction(backend, known, &prediction).await?;
            Ok(Prepared::Prediction(prediction))
        }
        OpBody::PushVersion(version) => {
            let diff = check_version(backend, known, &version).await?;
            known.add_version(&version);
            Ok(Prepared::Version(version, diff))
        }
    }
}

fn apply_all(
    connection: &Connection,
    by: &Applied,
    steps: &[Step],
) -> Result<Vec<OpResult>, DbError> {
    let mut results = Vec::with_capacity(steps.len());
    for step in steps {
        let (op_id, outcome) = match step {
            Step::Decided(op_id, outcome) => (*op_id, outcome.clone()),
            Step::Apply(record, prepared) => {
                (record.op_id, apply_once(connection, by, *record, prepared)?)
            }
        };
        results.push(OpResult { op_id, outcome });
    }
    Ok(results)
}

fn apply_once(
    connection: &Connection,
    by: &Applied,
    op: OpRecord,
    prepared: &Prepared,
) -> Result<OpOutcome, DbError> {
    // Asked again inside the transaction: the same operation may have come in twice at the same time.
    if let Some(hash) = db::find_op(connection, op.op_id)? {
        return Ok(seen_before(hash, op));
    }
    let outcome = match prepared {
        Prepared::Prediction(PredictionOffer { tile_id, .. })
        | Prepared::Version(VersionOffer { tile_id, .. }, _)
            if !db::may_see_tile(connection, &by.account, *tile_id)? =>
        {
            tile_unknown().into()
        }
        Prepared::Case(case) => apply_case(connection, by, case)?,
        Prepared::Prediction(prediction) => apply_prediction(connection, by, prediction, None)?,
        Prepared::Version(version, diff) => apply_version(connection, by, version, diff)?.0,
    };
    // A refused operation is not remembered: it may be sent again when what it waits for has arrived.
    if !matches!(outcome, OpOutcome::Rejected { .. }) {
        db::insert_op(connection, op, by.account.user_id, by.now_us)?;
    }
    Ok(outcome)
}

fn seen_before(found: ContentHash, op: OpRecord) -> OpOutcome {
    match found == op.body_hash {
        true => OpOutcome::Duplicate,
        false => {
            let detail = "this operation id was used for another operation; give each its own";
            Rejection::for_good("op_id_reused", detail).into()
        }
    }
}

/// Written again from the parsed value, so that spacing and the order of fields do not matter.
fn body_hash(body: &OpBody) -> ContentHash {
    ContentHash::of(&serde_json::to_vec(body).unwrap_or_default())
}
