//! Signs of life of workers, so that an idle one is seen as well as one that has a step.

use super::{Connection, DbError, write_tick};

/// Names of workers among all who give signs of life begin so.
const PREFIX: &str = "worker ";
/// Signs of workers that are gone are kept for so long, in µs.
const KEPT_US: i64 = 3_600 * 1_000_000;
/// Workers that are listed.
const WORKERS_MAX: u32 = 1_000;

/// Notes that the worker `name` is alive, and forgets those that were gone long ago.
pub(crate) fn write_worker_sign(
    connection: &Connection,
    name: &str,
    now_us: i64,
) -> Result<(), DbError> {
    write_tick(connection, &format!("{PREFIX}{name}"), now_us)?;
    connection
        .prepare_cached("DELETE FROM ticks WHERE name LIKE 'worker %' AND at_us < ?1")?
        .execute([now_us - KEPT_US])?;
    Ok(())
}

/// Notes that the worker `name` has ended.
pub(crate) fn delete_worker_sign(connection: &Connection, name: &str) -> Result<(), DbError> {
    connection
        .prepare_cached("DELETE FROM ticks WHERE name = ?1")?
        .execute([format!("{PREFIX}{name}")])?;
    Ok(())
}

/// Workers that gave a sign of life at `since_us` or later, and when, in the order of their names.
pub(crate) fn worker_signs(
    connection: &Connection,
    since_us: i64,
) -> Result<Vec<(String, i64)>, DbError> {
    let sql = "SELECT name, at_us FROM ticks WHERE name LIKE 'worker %' AND at_us >= ?1 ORDER BY name LIMIT ?2";
    connection
        .prepare_cached(sql)?
        .query_map((since_us, WORKERS_MAX), |row| {
            let name: String = row.get(0)?;
            Ok((name[PREFIX.len()..].to_owned(), row.get(1)?))
        })
}
