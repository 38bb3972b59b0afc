//! How much of everything there is, for metrics and the status page.

use fovea_protocol::{RunState, StepKind};
use uuid::Uuid;

use super::{Connection, DbError, Progress};

/// Steps in hand that are listed; there are as many as workers.
const HELD_STEPS_MAX: u32 = 200;

/// Counts over whole tables, all of the same moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    /// Tiles that wait for a person.
    pub(crate) queue_open: u64,
    /// Of those, the ones that somebody has in hand.
    pub(crate) queue_leased: u64,
    /// Runs in each state, in the order of [`RunState::ALL`].
    pub(crate) runs: [u64; RunState::ALL.len()],
    /// Steps that a worker may take now.
    pub(crate) steps_due: u64,
    /// Steps that wait out the pause after a failure.
    pub(crate) steps_paused: u64,
    /// Steps that a worker has.
    pub(crate) steps_leased: u64,
    /// Blobs of the index.
    pub(crate) blobs: u64,
    /// Their bytes.
    pub(crate) blob_bytes: u64,
    /// Blobs that were found damaged and wait to be sent again.
    pub(crate) blobs_damaged: u64,
    /// Uploads under way.
    pub(crate) uploads_open: u64,
}

/// Counts everything. People's leases and uploads go by `now_us`, steps by `lease_now_us`.
pub(crate) fn totals(
    connection: &Connection,
    now_us: i64,
    lease_now_us: i64,
) -> Result<Totals, DbError> {
    let count = |sql: &str| connection.query_row(sql, (), |row| row.get::<u64>(0));
    let count_at =
        |sql: &str, at_us: i64| connection.query_row(sql, [at_us], |row| row.get::<u64>(0));
    // The sum of whole numbers has another type on PostgreSQL.
    let blobs = "SELECT count(*), CAST(coalesce(sum(len), 0) AS BIGINT), CAST(coalesce(sum(damaged), 0) AS BIGINT) FROM blobs";
    let (blobs, blob_bytes, blobs_damaged) =
        connection.query_row(blobs, (), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(Totals {
        queue_open: count(
            "SELECT count(*) FROM tiles WHERE labelled = 0 AND prediction_id IS NOT NULL",
        )?,
        queue_leased: count_at("SELECT count(*) FROM leases WHERE until_us > ?1", now_us)?,
        runs: runs_by_state(connection)?,
        steps_due: count_at(
            "SELECT count(*) FROM run_steps WHERE state = 'QUEUED' AND next_at_us <= ?1",
            lease_now_us,
        )?,
        steps_paused: count_at(
            "SELECT count(*) FROM run_steps WHERE state = 'QUEUED' AND next_at_us > ?1",
            lease_now_us,
        )?,
        steps_leased: count("SELECT count(*) FROM run_steps WHERE state = 'RUNNING'")?,
        blobs,
        blob_bytes,
        blobs_damaged,
        uploads_open: count_at(
            "SELECT count(*) FROM uploads WHERE expires_at_us > ?1",
            now_us,
        )?,
    })
}

fn runs_by_state(connection: &Connection) -> Result<[u64; RunState::ALL.len()], DbError> {
    let counts = connection
        .prepare_cached("SELECT state, count(*) FROM runs GROUP BY state")?
        .query_map((), |row| Ok((row.get::<String>(0)?, row.get::<u64>(1)?)))?;
    let of = |state: RunState| {
        let found = counts.iter().find(|(name, _)| name == state.name());
        found.map_or(0, |(_, count)| *count)
    };
    Ok(RunState::ALL.map(of))
}

/// A step that a worker has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldStep {
    pub(crate) worker: String,
    pub(crate) run_id: Uuid,
    pub(crate) kind: StepKind,
    pub(crate) progress: Progress,
}

/// The steps that workers have, the oldest first.
pub(crate) fn held_steps(connection: &Connection) -> Result<Vec<HeldStep>, DbError> {
    let sql = "SELECT s.worker, r.run_id, s.kind, s.progress_done, s.progress_of
                 FROM run_steps s JOIN runs r ON r.run_no = s.run_no
                WHERE s.state = 'RUNNING' ORDER BY s.step_no LIMIT ?1";
    connection
        .prepare_cached(sql)?
        .query_map([HELD_STEPS_MAX], |row| {
            let (worker, run_id): (Option<String>, String) = (row.get(0)?, row.get(1)?);
            let kind: String = row.get(2)?;
            let kind = StepKind::ALL.into_iter().find(|k| k.name() == kind);
            let (Ok(run_id), Some(kind)) = (run_id.parse(), kind) else {
                return Err(DbError::DamagedRow { what: "step" });
            };
            Ok(HeldStep {
                worker: worker.unwrap_or_default(),
                run_id,
                kind,
                progress: Progress {
                    done: row.get(3)?,
                    of: row.get(4)?,
                },
            })
        })
}
