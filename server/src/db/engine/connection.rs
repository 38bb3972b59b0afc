//! A connection to either engine.

use super::row::Row;
use super::value::Params;
use super::{postgres::PostgresConnection, sqlite};
use crate::db::error::DbError;

/// A connection that use cases run on. It belongs to one thread at a time.
pub(crate) enum Connection {
    /// A file.
    Sqlite(Box<rusqlite::Connection>),
    /// A server.
    Postgres(Box<PostgresConnection>),
}

/// A statement, to be given parameters. Its preparation is kept by the connection for the next time.
pub(crate) struct Statement<'a> {
    connection: &'a Connection,
    sql: &'a str,
}

impl Connection {
    /// The statement `sql`, with place-holders `?1`, `?2`, …
    pub(crate) fn prepare_cached<'a>(&'a self, sql: &'a str) -> Result<Statement<'a>, DbError> {
        Ok(Statement {
            connection: self,
            sql,
        })
    }

    /// Runs `sql`; returns how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<u64, DbError> {
        self.prepare_cached(sql)?.execute(params)
    }

    /// The first row of `sql`.
    pub(crate) fn query_row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.prepare_cached(sql)?.query_row(params, read)
    }

    /// Runs statements that take no parameters.
    pub(crate) fn execute_batch(&self, sql: &str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(connection) => Ok(connection.execute_batch(sql)?),
            Self::Postgres(connection) => connection.execute_batch(sql),
        }
    }
}

impl Statement<'_> {
    /// Runs it; returns how many rows it changed.
    pub(crate) fn execute(&self, params: impl Params) -> Result<u64, DbError> {
        params.with_values(|values| match self.connection {
            Connection::Sqlite(connection) => sqlite::execute(connection, self.sql, values),
            Connection::Postgres(connection) => connection.execute(self.sql, values),
        })
    }

    /// Its first row; [`DbError::NoRow`] when there is none.
    pub(crate) fn query_row<T>(
        &self,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        params.with_values(|values| match self.connection {
            Connection::Sqlite(connection) => sqlite::query_row(connection, self.sql, values, read),
            Connection::Postgres(connection) => {
                let rows = connection.query(self.sql, values)?;
                read(&Row::Postgres(rows.first().ok_or(DbError::NoRow)?))
            }
        })
    }

    /// All its rows, read by `read`. Statements that may have many rows carry a LIMIT.
    pub(crate) fn query_map<T>(
        &self,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        params.with_values(|values| match self.connection {
            Connection::Sqlite(connection) => sqlite::query_map(connection, self.sql, values, read),
            Connection::Postgres(connection) => {
                let rows = connection.query(self.sql, values)?;
                rows.iter().map(|row| read(&Row::Postgres(row))).collect()
            }
        })
    }

    /// Gives its rows to `take` as they come, so that a whole table needs no memory. `take` may not use the connection.
    pub(crate) fn for_each<E: From<DbError>>(
        &self,
        mut take: impl FnMut(&Row<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self.connection {
            Connection::Sqlite(connection) => sqlite::for_each(connection, self.sql, take),
            Connection::Postgres(connection) => {
                connection.for_each(self.sql, |row| take(&Row::Postgres(row)))
            }
        }
    }
}

/// "No row" as an answer instead of an error.
pub(crate) trait OptionalExtension<T> {
    /// `None` where there was no row.
    fn optional(self) -> Result<Option<T>, DbError>;
}

impl<T> OptionalExtension<T> for Result<T, DbError> {
    fn optional(self) -> Result<Option<T>, DbError> {
        match self {
            Ok(found) => Ok(Some(found)),
            Err(DbError::NoRow) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
