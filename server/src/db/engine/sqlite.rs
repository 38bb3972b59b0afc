//! SQLite: the engine of one machine.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, ToSql};

use super::row::Row;
use super::value::Value;
use crate::db::error::DbError;

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(number),
            Self::Real(number) => ValueRef::Real(number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// Column `at` of the row under the cursor.
pub(super) fn column<'a>(row: &'a rusqlite::Row<'_>, at: usize) -> Result<Value<'a>, DbError> {
    Ok(match row.get_ref(at)? {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) => Value::Text(
            std::str::from_utf8(text).map_err(|_| DbError::DamagedRow { what: "text" })?,
        ),
        ValueRef::Blob(bytes) => Value::Blob(bytes),
    })
}

pub(super) fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<u64, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

pub(super) fn query_row<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
    read: impl FnOnce(&Row<'_>) -> Result<T, DbError>,
) -> Result<T, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let mut rows = statement.raw_query();
    let found = match rows.next()? {
        Some(row) => read(&Row::Sqlite(row))?,
        None => return Err(DbError::NoRow),
    };
    // A statement that writes and answers is only done once it was run to its end.
    while rows.next()?.is_some() {}
    Ok(found)
}

pub(super) fn query_map<T>(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
) -> Result<Vec<T>, DbError> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let (mut rows, mut found) = (statement.raw_query(), Vec::new());
    while let Some(row) = rows.next()? {
        found.push(read(&Row::Sqlite(row))?);
    }
    Ok(found)
}

pub(super) fn for_each<E: From<DbError>>(
    connection: &rusqlite::Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare_cached(sql).map_err(DbError::from)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(DbError::from)? {
        take(&Row::Sqlite(row))?;
    }
    Ok(())
}

fn bind(statement: &mut CachedStatement<'_>, values: &[Value<'_>]) -> Result<(), DbError> {
    for (at, value) in values.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, value)?;
    }
    Ok(())
}
