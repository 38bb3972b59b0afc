//! Putting the rows of another database into one that is empty.

use super::table::Table;
use super::{Cell, RowSink};
use crate::db::engine::{Connection, Value};
use crate::db::error::DbError;
use crate::db::migration::{clear, climb, tables_at};

/// Parameters of one statement; both engines take more.
const PARAMETERS_MAX: usize = 900;

/// Takes rows into the tables of a schema that was made for them. The caller's transaction keeps all or nothing.
pub(crate) struct Loader<'a> {
    connection: &'a Connection,
    table: Option<Table>,
    waiting: Vec<Cell>,
}

impl<'a> Loader<'a> {
    /// Makes schema `version` anew, with none of the rows that it begins with.
    pub(crate) fn begin(connection: &'a Connection, version: u32) -> Result<Self, DbError> {
        clear(connection)?;
        climb(connection, version)?;
        for table in tables_at(version).iter().rev() {
            connection.execute_batch(&format!("DELETE FROM {table}"))?;
        }
        Ok(Self {
            connection,
            table: None,
            waiting: Vec::new(),
        })
    }

    /// Writes what is still waiting. Every row is in its table once this returns.
    pub(crate) fn finish(mut self) -> Result<(), DbError> {
        self.end_table()
    }

    fn end_table(&mut self) -> Result<(), DbError> {
        let Some(table) = self.table.take() else {
            return Ok(());
        };
        let waiting = std::mem::take(&mut self.waiting);
        for row in waiting.chunks(table.columns.len()) {
            insert(self.connection, &table, row, 1)?;
        }
        table.set_counters(self.connection)
    }
}

impl RowSink for Loader<'_> {
    type Error = DbError;

    fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), DbError> {
        self.end_table()?;
        let table = Table::of(self.connection, name)?;
        let same = table
            .columns
            .iter()
            .map(|c| c.name.as_str())
            .eq(columns.iter().copied());
        self.table = Some(table);
        match same {
            true => Ok(()),
            false => Err(DbError::DamagedRow { what: "table" }),
        }
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), DbError> {
        let fits = |table: &&Table| table.columns.len() == values.len();
        let table = self.table.as_ref().filter(fits);
        let table = table.ok_or(DbError::DamagedRow { what: "row" })?;
        self.waiting
            .extend(values.iter().map(|value| Cell::from(*value)));
        let rows_max = (PARAMETERS_MAX / values.len()).max(1);
        if self.waiting.len() < rows_max * values.len() {
            return Ok(());
        }
        let rows = std::mem::take(&mut self.waiting);
        insert(self.connection, table, &rows, rows_max)
    }
}

fn insert(
    connection: &Connection,
    table: &Table,
    cells: &[Cell],
    rows: usize,
) -> Result<(), DbError> {
    let values: Vec<Value<'_>> = cells.iter().map(Cell::as_value).collect();
    let sql = table.insert(connection, rows);
    connection.execute(&sql, values.as_slice()).map(drop)
}
