//! When recurring jobs are due, and when somebody last looked.

use super::{Connection, DbError, OptionalExtension as _};

/// When the job `name` is due next; `None` before it was planned.
pub(crate) fn next_due(
    connection: &Connection,
    name: &str,
) -> Result<Option<(String, i64)>, DbError> {
    connection
        .prepare_cached("SELECT cron, next_at_us FROM schedules WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
}

/// Plans the job `name` anew: it is due next at `next_at_us`.
pub(crate) fn plan_schedule(
    connection: &Connection,
    name: &str,
    cron: &str,
    next_at_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO schedules (name, cron, next_at_us) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET cron = excluded.cron, next_at_us = excluded.next_at_us",
        )?
        .execute((name, cron, next_at_us))?;
    Ok(())
}

/// Takes the job `name` that is due at `due_at_us`, by moving it on to `next_at_us`. False when somebody else has.
pub(crate) fn take_schedule(
    connection: &Connection,
    name: &str,
    due_at_us: i64,
    next_at_us: i64,
    now_us: i64,
) -> Result<bool, DbError> {
    let changed = connection
        .prepare_cached(
            "UPDATE schedules SET next_at_us = ?3, taken_at_us = ?4 WHERE name = ?1 AND next_at_us = ?2",
        )?
        .execute((name, due_at_us, next_at_us, now_us))?;
    Ok(changed == 1)
}

/// Notes that `name` is alive.
pub(crate) fn write_tick(connection: &Connection, name: &str, now_us: i64) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO ticks (name, at_us) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET at_us = excluded.at_us",
        )?
        .execute((name, now_us))?;
    Ok(())
}

/// When `name` was last alive.
pub(crate) fn last_tick(connection: &Connection, name: &str) -> Result<Option<i64>, DbError> {
    connection
        .prepare_cached("SELECT at_us FROM ticks WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}
