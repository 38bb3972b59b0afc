//! The one clock that leases, pauses and deadlines go by.
//!
//! Two machines never agree on the time, so none of theirs is asked: where a database server is shared, its clock is.
//! All who share a file are on one machine and share that machine's clock. A jump of this clock can delay a step, or
//! take it from a worker that is alive; that it is not done twice stands on the epoch, not on the clock.

use crate::clock::Clock;
use crate::db::{Connection, DbError};

/// The time as all processes on the same data see it.
#[derive(Clone, Debug)]
pub(crate) struct LeaseClock(Clock);

impl LeaseClock {
    /// Of a process with this clock, which counts where it was injected.
    pub(crate) fn new(clock: Clock) -> Self {
        Self(clock)
    }

    /// Now, in µs since 1970 UTC.
    pub(crate) fn now_us(&self, connection: &Connection) -> Result<i64, DbError> {
        match connection {
            Connection::Postgres(_) if self.0.is_system() => connection.query_row(
                "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)",
                (),
                |row| row.get(0),
            ),
            _ => Ok(self.0.now_us()),
        }
    }
}
