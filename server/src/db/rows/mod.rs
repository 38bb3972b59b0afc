//! Whole databases row by row, in a form that is of neither engine: for backups, and for moving from one to the other.

mod cell;
mod line;
mod load;
mod table;
mod tally;

use super::engine::{Connection, Value};
use super::error::DbError;
use super::migration::{schema_version, tables_at};
use super::small_objects;
use table::Table;

pub(crate) use cell::Cell;
pub(crate) use line::{read_line, write_line};
pub(crate) use load::Loader;
pub(crate) use tally::{TableTally, Tally};

/// What takes the rows of a database, table by table.
pub(crate) trait RowSink {
    /// Why it cannot go on.
    type Error: From<DbError>;
    /// The rows that follow are of the table `name` and have these columns.
    fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), Self::Error>;
    /// A row of it.
    fn row(&mut self, values: &[Value<'_>]) -> Result<(), Self::Error>;
}

/// Gives all rows of the database but its small objects to `sink`, parents before children. The caller's transaction makes them one state.
pub(crate) fn copy_out<S: RowSink>(connection: &Connection, sink: &mut S) -> Result<(), S::Error> {
    let tables = tables_at(schema_version(connection)?);
    for name in tables
        .into_iter()
        .filter(|name| *name != small_objects::TABLE)
    {
        let table = Table::of(connection, name)?;
        let columns: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
        sink.table(name, &columns)?;
        let sql = table.select();
        connection.prepare_cached(&sql)?.for_each(|row| {
            let values: Result<Vec<_>, DbError> =
                (0..columns.len()).map(|at| row.value(at)).collect();
            sink.row(&values?)
        })?;
    }
    Ok(())
}

/// Gives everything to two sinks.
pub(crate) struct Tee<'a, A, B>(pub(crate) &'a mut A, pub(crate) &'a mut B);

impl<A: RowSink, B: RowSink<Error = A::Error>> RowSink for Tee<'_, A, B> {
    type Error = A::Error;

    fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), A::Error> {
        self.0.table(name, columns)?;
        self.1.table(name, columns)
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), A::Error> {
        self.0.row(values)?;
        self.1.row(values)
    }
}
