//! What a table looks like to the engine.

use crate::db::engine::Connection;
use crate::db::error::DbError;

/// A table.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// One of its columns.
pub(super) struct Column {
    pub(super) name: String,
    /// Whether it is part of the primary key.
    is_key: bool,
    /// Whether the engine counts it up by a counter of its own.
    is_counted: bool,
    /// Its type, as PostgreSQL calls it.
    kind: String,
}

impl Table {
    /// The table `name` as the database has it.
    pub(super) fn of(connection: &Connection, name: &str) -> Result<Self, DbError> {
        let sql = match connection {
            Connection::Sqlite(_) => {
                "SELECT name, pk > 0, 0, type FROM pragma_table_info(?1) ORDER BY cid"
            }
            Connection::Postgres(_) => {
                "SELECT a.attname, i.indrelid IS NOT NULL, a.attidentity <> '', format_type(a.atttypid, NULL)
                   FROM pg_attribute a LEFT JOIN pg_index i
                     ON i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)
                  WHERE a.attrelid = to_regclass(?1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
            }
        };
        let columns = connection.prepare_cached(sql)?.query_map([name], |row| {
            Ok(Column {
                name: row.get(0)?,
                is_key: row.get(1)?,
                is_counted: row.get(2)?,
                kind: row.get(3)?,
            })
        })?;
        match columns.is_empty() {
            true => Err(DbError::DamagedRow { what: "table" }),
            false => Ok(Self {
                name: name.to_owned(),
                columns,
            }),
        }
    }

    /// All its rows in the order of their keys, so that a row that names another of its table comes after it.
    pub(super) fn select(&self) -> String {
        let keys: Vec<&str> = self
            .columns
            .iter()
            .filter(|c| c.is_key)
            .map(|c| c.name.as_str())
            .collect();
        let order = match keys.is_empty() {
            true => String::new(),
            false => format!(" ORDER BY {}", keys.join(", ")),
        };
        format!("SELECT {} FROM {}{order}", self.column_list(), self.name)
    }

    /// A statement that adds `rows` rows.
    pub(super) fn insert(&self, connection: &Connection, rows: usize) -> String {
        // PostgreSQL takes the type of a place-holder from the first row, which may have NULL there.
        let place = |(at, column): (usize, &Column)| match connection {
            Connection::Sqlite(_) => format!("?{at}"),
            Connection::Postgres(_) => format!("CAST(?{at} AS {})", column.kind),
        };
        let row = |row: usize| {
            let numbers = row * self.columns.len() + 1..;
            let places: Vec<String> = numbers.zip(&self.columns).map(place).collect();
            format!("({})", places.join(", "))
        };
        let rows: Vec<String> = (0..rows).map(row).collect();
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name,
            self.column_list(),
            rows.join(", ")
        )
    }

    /// Sets counters of the engine behind the rows that are there.
    pub(super) fn set_counters(&self, connection: &Connection) -> Result<(), DbError> {
        for column in self.columns.iter().filter(|column| column.is_counted) {
            let sql = format!(
                "SELECT setval(pg_get_serial_sequence(?1, ?2), (SELECT coalesce(max({}), 0) + 1 FROM {}), false)",
                column.name, self.name
            );
            connection.query_row(&sql, (&self.name, &column.name), |row| row.get::<i64>(0))?;
        }
        Ok(())
    }

    fn column_list(&self) -> String {
        let names: Vec<&str> = self
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect();
        names.join(", ")
    }
}
