//! The figures that scores follow from, each beside its prediction.

use fovea_annotation::FIGURES_VERSION;

use super::engine::Value;
use super::many_rows::execute_for_rows;
use super::{Connection, DbError};

/// Keeps encoded figures of predictions, instead of those of another version.
pub(super) fn keep_figures(
    connection: &Connection,
    figures: &[(i64, Vec<u8>)],
) -> Result<(), DbError> {
    let sql =
        "INSERT INTO prediction_figures (prediction_id, figures_version, figures) VALUES {rows}
               ON CONFLICT (prediction_id) DO UPDATE
               SET figures_version = excluded.figures_version, figures = excluded.figures";
    let mut values = Vec::with_capacity(figures.len() * 3);
    for (prediction_id, bytes) in figures {
        values.push(Value::Integer(*prediction_id));
        values.push(Value::Integer(FIGURES_VERSION.into()));
        values.push(Value::Blob(bytes));
    }
    execute_for_rows(connection, sql, 3, &values).map(drop)
}
