//! Many rows in one statement: what costs a round trip each on a database server.

use super::engine::{Connection, Value};
use super::error::DbError;

/// Rows of one statement. With many more SQLite would read the changed table from its start instead of finding each row.
const ROWS_MAX: usize = 40;

/// Stands for the rows in the text of a statement.
const ROWS: &str = "{rows}";

/// Runs `sql` for all of `rows`, some at a time, each of `columns` values; they stand as `(?1, ?2, …), (…)` where `sql`
/// says `{rows}`. Returns how many rows it changed.
pub(super) fn execute_for_rows(
    connection: &Connection,
    sql: &str,
    columns: usize,
    rows: &[Value<'_>],
) -> Result<u64, DbError> {
    let (full, rest) = rows.split_at(rows.len() - rows.len() % (ROWS_MAX * columns));
    let mut changed = 0;
    // A length of its own for each rest would fill the cache of prepared statements.
    for (rows, of) in [(full, ROWS_MAX), (rest, 1)] {
        let sql = sql.replace(ROWS, &places(of, columns));
        for chunk in rows.chunks_exact(of * columns) {
            changed += connection.prepare_cached(&sql)?.execute(chunk)?;
        }
    }
    Ok(changed)
}

/// `(?1, ?2), (?3, ?4)` for two rows of two.
fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places = (1..=columns).map(|at| format!("?{}", row * columns + at));
        format!("({})", places.collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn place_holders_are_counted_through() {
        assert_eq!(super::places(2, 2), "(?1, ?2), (?3, ?4)");
    }
}
