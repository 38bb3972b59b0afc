//! Runs: what was asked for and how far it is.

use fovea_annotation::{CaseId, ContentHash};
use fovea_protocol::{RunError, RunManifest, RunState};
use uuid::Uuid;

use super::case_access::sees_all;
use super::engine::Value;
use super::{Account, Connection, DbError, OptionalExtension as _, PROJECT, Row, columns};

const COLUMNS: &str =
    "run_no, run_id, case_id, manifest, manifest_sha256, state, error, round, revision, created_by,
  created_at_us, deadline_at_us, updated_at_us";

/// A run.
#[derive(Clone, Debug)]
pub(crate) struct RunRow {
    pub(crate) run_no: i64,
    pub(crate) run_id: Uuid,
    pub(crate) case_id: CaseId,
    pub(crate) manifest: RunManifest,
    pub(crate) manifest_sha256: ContentHash,
    pub(crate) state: RunState,
    pub(crate) error: Option<RunError>,
    /// Counts the retries that people asked for.
    pub(crate) round: u32,
    /// Counts the changes that somebody who watches is told of.
    pub(crate) revision: u64,
    pub(crate) created_by: i64,
    pub(crate) created_at_us: i64,
    pub(crate) deadline_at_us: i64,
    pub(crate) updated_at_us: i64,
}

/// A run to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewRun {
    pub(crate) run_id: Uuid,
    pub(crate) case_id: CaseId,
    pub(crate) manifest: RunManifest,
    pub(crate) created_by: i64,
    pub(crate) deadline_at_us: i64,
}

/// Which runs a list holds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunFilter {
    pub(crate) case_id: Option<CaseId>,
    pub(crate) state: Option<RunState>,
}

/// Adds a run; the caller has seen that none has this manifest.
pub(crate) fn insert_run(
    connection: &Connection,
    run: &NewRun,
    now_us: i64,
) -> Result<i64, DbError> {
    let manifest = run.manifest.canonical_json();
    connection
        .prepare_cached(
            "INSERT INTO runs (run_id, project_id, case_id, manifest, manifest_sha256, state, round, revision, created_by,
               created_at_us, deadline_at_us, updated_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?8, ?9, ?8) RETURNING run_no",
        )?
        .query_row(
            (
                run.run_id.to_string(),
                PROJECT,
                run.case_id.0,
                &manifest,
                ContentHash::of(manifest.as_bytes()),
                RunState::Queued.name(),
                run.created_by,
                now_us,
                run.deadline_at_us,
            ),
            |row| row.get(0),
        )
}

/// The run `run_no`, which an index or a step names.
pub(crate) fn run_by_no(connection: &Connection, run_no: i64) -> Result<RunRow, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE run_no = ?1");
    connection.prepare_cached(&sql)?.query_row([run_no], run)
}

/// The run `run_id`.
pub(crate) fn run_by_id(connection: &Connection, run_id: Uuid) -> Result<Option<RunRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE run_id = ?1");
    let statement = connection.prepare_cached(&sql)?;
    statement.query_row([run_id.to_string()], run).optional()
}

/// The run of a manifest.
pub(crate) fn run_by_manifest(
    connection: &Connection,
    manifest_sha256: ContentHash,
) -> Result<Option<RunRow>, DbError> {
    let sql = format!("SELECT {COLUMNS} FROM runs WHERE project_id = ?1 AND manifest_sha256 = ?2");
    let statement = connection.prepare_cached(&sql)?;
    statement
        .query_row((PROJECT, manifest_sha256), run)
        .optional()
}

/// Up to `limit` runs over cases that `account` may see, or over all without one, with numbers below `below`, newest first.
pub(crate) fn list_runs(
    connection: &Connection,
    account: Option<&Account>,
    filter: RunFilter,
    below: i64,
    limit: u32,
) -> Result<Vec<RunRow>, DbError> {
    let (case, state) = (filter.case_id, filter.state.map(RunState::name));
    let mut sql = format!("SELECT {COLUMNS} FROM runs WHERE project_id = ?1 AND run_no < ?2");
    let mut values = vec![Value::Integer(PROJECT), Value::Integer(below)];
    if let Some(case) = &case {
        values.push(Value::Blob(case.0.as_bytes()));
        sql.push_str(&format!(" AND case_id = ?{}", values.len()));
    }
    if let Some(state) = state {
        values.push(Value::Text(state));
        sql.push_str(&format!(" AND state = ?{}", values.len()));
    }
    if let Some(account) = account.filter(|account| !sees_all(account)) {
        values.push(Value::Integer(account.user_id));
        let user = values.len();
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM cases c WHERE c.case_id = runs.case_id AND (c.restricted = 0 OR EXISTS
               (SELECT 1 FROM case_members m WHERE m.case_id = c.case_id AND m.user_id = ?{user})))"
        ));
    }
    values.push(Value::Integer(i64::from(limit)));
    sql.push_str(&format!(" ORDER BY run_no DESC LIMIT ?{}", values.len()));
    connection
        .prepare_cached(&sql)?
        .query_map(values.as_slice(), run)
}

/// Unfinished runs whose time is over, or whose end is further away than any that is given out.
pub(crate) fn runs_out_of_time(
    connection: &Connection,
    now_us: i64,
    deadline_us: i64,
    limit: u32,
) -> Result<Vec<RunRow>, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM runs WHERE state IN ('QUEUED', 'RUNNING') AND (deadline_at_us <= ?1 OR deadline_at_us > ?2)
         ORDER BY deadline_at_us, run_no LIMIT ?3"
    );
    connection
        .prepare_cached(&sql)?
        .query_map((now_us, now_us + deadline_us, limit), run)
}

/// Writes down how far a run is, and that those who watch it have something to be told.
pub(crate) fn set_run_state(
    connection: &Connection,
    run_no: i64,
    state: RunState,
    error: Option<&RunError>,
    now_us: i64,
) -> Result<(), DbError> {
    let error = error.and_then(|error| serde_json::to_string(error).ok());
    connection
        .prepare_cached(
            "UPDATE runs SET state = ?2, error = ?3, revision = revision + 1, updated_at_us = ?4 WHERE run_no = ?1",
        )?
        .execute((run_no, state.name(), error, now_us))?;
    Ok(())
}

/// Gives a run time until `deadline_at_us`.
pub(crate) fn set_run_deadline(
    connection: &Connection,
    run_no: i64,
    deadline_at_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE runs SET deadline_at_us = ?2 WHERE run_no = ?1")?
        .execute((run_no, deadline_at_us))?;
    Ok(())
}

/// Notes that a person asked for another try.
pub(crate) fn begin_run_round(connection: &Connection, run_no: i64) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE runs SET round = round + 1 WHERE run_no = ?1")?
        .execute([run_no])?;
    Ok(())
}

fn run(row: &Row<'_>) -> Result<RunRow, DbError> {
    let damaged = DbError::DamagedRow { what: "run" };
    let (run_id, manifest): (String, String) = (row.get(1)?, row.get(3)?);
    let (state, error): (String, Option<String>) = (row.get(5)?, row.get(6)?);
    let state = RunState::ALL.into_iter().find(|s| s.name() == state);
    let error = error.map(|text| serde_json::from_str(&text)).transpose();
    let (Ok(run_id), Ok(manifest), Some(state), Ok(error)) = (
        run_id.parse(),
        serde_json::from_str(&manifest),
        state,
        error,
    ) else {
        return Err(damaged);
    };
    Ok(RunRow {
        run_no: row.get(0)?,
        run_id,
        case_id: columns::case_id(row, 2)?,
        manifest,
        manifest_sha256: columns::hash(row, 4)?,
        state,
        error,
        round: row.get(7)?,
        revision: columns::unsigned(row, 8)?,
        created_by: row.get(9)?,
        created_at_us: row.get(10)?,
        deadline_at_us: row.get(11)?,
        updated_at_us: row.get(12)?,
    })
}
