//! Opening an encrypted connection with the settings that durability stands on.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{Result, StoreError, StoreKey};

/// SQLite 3.51.3 repaired a reset of the write-ahead log that could damage the database.
const SQLITE_MIN: i32 = 3_051_003;
/// How long a writer waits for the other connection of this process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(20);
/// Setting SQLCipher up takes a few milliseconds; longer than this, something else is wrong.
const SET_UP_MAX: Duration = Duration::from_secs(10);

/// Opens `path` with `key`; makes it when it is not there.
pub(crate) fn open(path: &Path, key: &StoreKey) -> Result<Connection> {
    refuse_old_sqlite(rusqlite::version_number())?;
    wait_for_cipher()?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(|error| unusable(path, error))?;
    conn.busy_timeout(BUSY_TIMEOUT)?;
    // A wrong key is answered by an error; SQLCipher would also write to standard error.
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    set_key(&conn, key)?;
    prove_key(&conn, path)?;
    // FULL: a commit that returned survives a power cut. mmap_size is never set: it bypasses the page codec.
    conn.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(conn)
}

/// Waits until SQLCipher is set up in this process. SQLite does that after it has let go of its own lock
/// (`SQLITE_EXTRA_INIT` in `sqlite3_initialize`), so a thread that opens its first database while another still sets up
/// finds a cipher that refuses every key.
fn wait_for_cipher() -> Result<()> {
    static IS_SET_UP: Mutex<bool> = Mutex::new(false);
    let mut is_set_up = IS_SET_UP.lock().unwrap_or_else(PoisonError::into_inner);
    let begun = Instant::now();
    while !*is_set_up {
        match try_cipher() {
            Ok(()) => *is_set_up = true,
            Err(error) if begun.elapsed() > SET_UP_MAX => return Err(error),
            // Another thread is at it, and says to nobody when it has done.
            Err(_) => std::thread::yield_now(),
        }
    }
    Ok(())
}

fn try_cipher() -> Result<()> {
    let conn = Connection::open_in_memory()?;
    conn.execute_batch("PRAGMA cipher_log_level = NONE;")?;
    set_key(&conn, &StoreKey::from_bytes([1; 32]))
}

/// Gives the key as raw bytes, so that no password hashing stands between start and first picture.
pub(crate) fn set_key(conn: &Connection, key: &StoreKey) -> Result<()> {
    let mut hex = key.to_hex();
    let result = conn.execute_batch(&format!("PRAGMA key = \"x'{hex}'\";"));
    // Overwrite our copy; SQLCipher wipes its own.
    hex.replace_range(.., &"0".repeat(64));
    result.map_err(StoreError::from)
}

fn prove_key(conn: &Connection, path: &Path) -> Result<()> {
    match conn.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(())) {
        Ok(()) => Ok(()),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(StoreError::WrongKey {
                path: path.to_owned(),
            })
        }
        Err(error) => Err(error.into()),
    }
}

fn unusable(path: &Path, error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly) => {
            StoreError::Folder {
                path: path.to_owned(),
                source: std::io::Error::new(
                    std::io::ErrorKind::PermissionDenied,
                    error.to_string(),
                ),
            }
        }
        _ => error.into(),
    }
}

fn refuse_old_sqlite(number: i32) -> Result<()> {
    if number < SQLITE_MIN {
        return Err(StoreError::SqliteTooOld {
            found: rusqlite::version(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_linked_sqlite_is_new_enough_and_older_ones_are_refused() {
        assert!(refuse_old_sqlite(rusqlite::version_number()).is_ok());
        for number in [3_050_004, 3_051_002] {
            assert!(matches!(
                refuse_old_sqlite(number),
                Err(StoreError::SqliteTooOld { .. })
            ));
        }
    }
}
