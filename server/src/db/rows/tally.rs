//! Counting what a database holds, so that two can be compared.

use fovea_annotation::ContentHash;
use serde::{Deserialize, Serialize};

use super::RowSink;
use crate::db::engine::Value;
use crate::db::error::DbError;

/// What a table holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableTally {
    /// Its name.
    pub(crate) table: String,
    /// Its rows.
    pub(crate) rows: u64,
    /// Sum of the digests of its rows, as four numbers of 64 bits: the same whatever the order of the rows.
    pub(crate) sum: ContentHash,
}

/// Counts the rows that it is given.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    tables: Vec<TableTally>,
    sum: [u64; 4],
    buffer: Vec<u8>,
}

impl Tally {
    /// What was counted, table by table.
    pub(crate) fn finish(mut self) -> Vec<TableTally> {
        self.end_table();
        self.tables
    }

    fn end_table(&mut self) {
        let sum = std::mem::take(&mut self.sum);
        if let Some(table) = self.tables.last_mut() {
            let mut bytes = [0; 32];
            for (chunk, number) in bytes.chunks_exact_mut(8).zip(sum) {
                chunk.copy_from_slice(&number.to_le_bytes());
            }
            table.sum = ContentHash::from_bytes(bytes);
        }
    }
}

impl RowSink for Tally {
    type Error = DbError;

    fn table(&mut self, name: &str, _: &[&str]) -> Result<(), DbError> {
        self.end_table();
        self.tables.push(TableTally {
            table: name.to_owned(),
            rows: 0,
            sum: ContentHash::from_bytes([0; 32]),
        });
        Ok(())
    }

    fn row(&mut self, values: &[Value<'_>]) -> Result<(), DbError> {
        self.buffer.clear();
        for value in values {
            append(&mut self.buffer, *value);
        }
        let digest = ContentHash::of(&self.buffer);
        for (sum, chunk) in self.sum.iter_mut().zip(digest.as_bytes().chunks_exact(8)) {
            let mut number = [0; 8];
            number.copy_from_slice(chunk);
            *sum = sum.wrapping_add(u64::from_le_bytes(number));
        }
        if let Some(table) = self.tables.last_mut() {
            table.rows += 1;
        }
        Ok(())
    }
}

/// Kind, length and bytes, so that no two rows look the same.
fn append(buffer: &mut Vec<u8>, value: Value<'_>) {
    let mut add = |kind: u8, bytes: &[u8]| {
        buffer.push(kind);
        buffer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        buffer.extend_from_slice(bytes);
    };
    match value {
        Value::Null => add(0, &[]),
        Value::Integer(number) => add(1, &number.to_le_bytes()),
        Value::Real(number) => add(2, &number.to_bits().to_le_bytes()),
        Value::Text(text) => add(3, text.as_bytes()),
        Value::Blob(bytes) => add(4, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(rows: &[&[Value<'_>]]) -> Vec<TableTally> {
        let mut tally = Tally::default();
        tally.table("t", &["a", "b"]).expect("counts");
        for row in rows {
            tally.row(row).expect("counts");
        }
        tally.finish()
    }

    #[test]
    fn order_does_not_count_and_everything_else_does() {
        let (one, two) = (
            [Value::Integer(1), Value::Text("x")],
            [Value::Null, Value::Real(1.0)],
        );
        let both = tally(&[&one, &two]);
        assert_eq!((both[0].rows, both.len()), (2, 1));
        assert_eq!(both, tally(&[&two, &one]));
        for other in [
            tally(&[&one]),
            tally(&[&one, &one, &two]),
            tally(&[&one, &[Value::Null, Value::Integer(1)]]),
            tally(&[&[Value::Integer(1), Value::Blob(b"x")], &two]),
        ] {
            assert_ne!(both, other);
        }
    }
}
