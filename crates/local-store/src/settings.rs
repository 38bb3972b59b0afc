//! Small facts by name: who works here, window layout, the logical clock.

use rusqlite::{Connection, OptionalExtension, params};

use crate::{Result, Store, StoreError};

const HLC: &str = "hlc";

impl Store {
    /// The value of a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        get(self.conn(), key)
    }

    /// Sets a setting.
    pub fn set_setting(&mut self, key: &str, value: &str) -> Result<()> {
        self.write(|tx| set(tx, key, value))
    }
}

pub(crate) fn get(conn: &Connection, key: &str) -> Result<Option<String>> {
    Ok(conn
        .query_row("SELECT value FROM settings WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()?)
}

pub(crate) fn set(conn: &Connection, key: &str, value: &str) -> Result<()> {
    let sql = "INSERT INTO settings (key, value) VALUES (?1, ?2)
               ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    conn.prepare_cached(sql)?.execute(params![key, value])?;
    Ok(())
}

/// Ticks the hybrid logical clock: the wall clock in µs, but always above everything seen before, so that order
/// survives a clock that was set back.
pub(crate) fn tick_hlc(conn: &Connection, now_us: i64) -> Result<u64> {
    let next = seen_hlc(conn)?.saturating_add(1).max(now_us.max(0) as u64);
    set(conn, HLC, &next.to_string())?;
    Ok(next)
}

/// Takes note of the logical time of a version from elsewhere.
pub(crate) fn witness_hlc(conn: &Connection, hlc: u64) -> Result<()> {
    if hlc > seen_hlc(conn)? {
        set(conn, HLC, &hlc.to_string())
    } else {
        Ok(())
    }
}

fn seen_hlc(conn: &Connection) -> Result<u64> {
    match get(conn, HLC)? {
        Some(text) => text
            .parse()
            .map_err(|error| StoreError::unreadable("logical clock", error)),
        None => Ok(0),
    }
}
