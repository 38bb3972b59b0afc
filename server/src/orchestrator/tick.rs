//! The orchestrator's sign of life: whoever sweeps writes it, and the API takes no run when there is none.

use crate::db::{self, Connection, DbError};

const NAME: &str = "orchestrator";
/// After so long without a sign the API says that nobody would carry a run out.
pub(crate) const SILENT_AFTER_US: i64 = 30 * 1_000_000;
/// How old the sign gets before it is renewed, whoever wrote it.
const RENEWED_AFTER_US: i64 = 5 * 1_000_000;

/// True when the sign of life has to be renewed.
pub(super) fn is_tick_due(connection: &Connection, now_us: i64) -> Result<bool, DbError> {
    let last_us = db::last_tick(connection, NAME)?;
    // One from the future is from before the clock was set back.
    Ok(last_us.is_none_or(|last_us| !(0..RENEWED_AFTER_US).contains(&(now_us - last_us))))
}

/// Renews the sign of life.
pub(super) fn write(connection: &Connection, now_us: i64) -> Result<(), DbError> {
    db::write_tick(connection, NAME, now_us)
}

/// How old the sign of life is, in µs; `None` when there is none that counts.
pub(crate) fn tick_age_us(connection: &Connection, now_us: i64) -> Result<Option<i64>, DbError> {
    let age_us = last_tick_age_us(connection, now_us)?;
    Ok(age_us.filter(|age_us| *age_us <= SILENT_AFTER_US))
}

/// How old the sign of life is, in µs, also when it is too old to count; `None` when there never was one.
pub(crate) fn last_tick_age_us(
    connection: &Connection,
    now_us: i64,
) -> Result<Option<i64>, DbError> {
    let last_us = db::last_tick(connection, NAME)?;
    Ok(last_us.map(|last_us| (now_us - last_us).abs()))
}
