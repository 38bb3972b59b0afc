//! The log of a run: what happened to it, line by line, without a word about the patient.

use fovea_protocol::StepKind;

use super::{Connection, DbError};

/// Lines that are given out at a time. A run writes a few for each attempt.
const LINES_MAX: u32 = 10_000;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogLine {
    pub(crate) at_us: i64,
    /// The step it is about, and its attempt.
    pub(crate) step: Option<(StepKind, u32)>,
    pub(crate) line: String,
}

/// Adds a line in the caller's transaction.
pub(crate) fn append_run_log(
    connection: &Connection,
    run_no: i64,
    line: &LogLine,
) -> Result<(), DbError> {
    let (step, attempt) = line.step.unzip();
    connection
        .prepare_cached(
            "INSERT INTO run_log (run_no, line_no, at_us, step, attempt, line)
             VALUES (?1, (SELECT coalesce(max(line_no), 0) + 1 FROM run_log WHERE run_no = ?1), ?2, ?3, ?4, ?5)",
        )?
        .execute((
            run_no,
            line.at_us,
            step.map(StepKind::name),
            attempt,
            &line.line,
        ))?;
    Ok(())
}

/// The lines of a run in order.
pub(crate) fn run_log(connection: &Connection, run_no: i64) -> Result<Vec<LogLine>, DbError> {
    let sql = "SELECT at_us, step, attempt, line FROM run_log WHERE run_no = ?1 ORDER BY line_no LIMIT ?2";
    connection
        .prepare_cached(sql)?
        .query_map((run_no, LINES_MAX), |row| {
            let step: Option<String> = row.get(1)?;
            let step = step.and_then(|name| StepKind::ALL.into_iter().find(|k| k.name() == name));
            let attempt: Option<u32> = row.get(2)?;
            Ok(LogLine {
                at_us: row.get(0)?,
                step: step.zip(attempt),
                line: row.get(3)?,
            })
        })
}
