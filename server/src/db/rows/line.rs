//! A row as a line of JSON, so that a backup can be read without this program.
//!
//! Whole numbers and text are JSON's own. A number with a fraction is `{"real":"0.5"}`, because JSON readers round, and
//! bytes are `{"blob":"00ff"}`.

use std::io::{self, Write};

use serde_json::{Map, Value as Json};

use super::Cell;
use crate::db::engine::Value;

const REAL: &str = "real";
const BLOB: &str = "blob";

/// Writes a row and a line end.
pub(crate) fn write_line(output: &mut impl Write, values: &[Value<'_>]) -> io::Result<()> {
    let row: Vec<Json> = values.iter().map(|value| to_json(*value)).collect();
    serde_json::to_writer(&mut *output, &row)?;
    output.write_all(b"\n")
}

fn to_json(value: Value<'_>) -> Json {
    let tagged = |tag: &str, text| Json::Object(Map::from_iter([(tag.to_owned(), text)]));
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => number.into(),
        Value::Real(number) => tagged(REAL, Json::String(number.to_string())),
        Value::Text(text) => text.into(),
        Value::Blob(bytes) => tagged(BLOB, Json::String(hex::encode(bytes))),
    }
}

/// Reads a row; `None` where the line is none.
pub(crate) fn read_line(line: &str) -> Option<Vec<Cell>> {
    let row: Vec<Json> = serde_json::from_str(line).ok()?;
    row.into_iter().map(from_json).collect()
}

fn from_json(value: Json) -> Option<Cell> {
    match value {
        Json::Null => Some(Cell::Null),
        Json::Number(number) => number.as_i64().map(Cell::Integer),
        Json::String(text) => Some(Cell::Text(text)),
        Json::Object(tagged) if tagged.len() == 1 => {
            let text = |tag| tagged.get(tag).and_then(Json::as_str);
            match (text(REAL), text(BLOB)) {
                (Some(number), None) => number.parse().ok().map(Cell::Real),
                (None, Some(bytes)) => hex::decode(bytes).ok().map(Cell::Blob),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cell() -> impl Strategy<Value = Cell> {
        prop_oneof![
            Just(Cell::Null),
            any::<i64>().prop_map(Cell::Integer),
            any::<f64>().prop_map(Cell::Real),
            any::<String>().prop_map(Cell::Text),
            any::<Vec<u8>>().prop_map(Cell::Blob),
        ]
    }

    proptest! {
        #[test]
        fn a_row_comes_back_bit_by_bit(row in proptest::collection::vec(cell(), 0..8)) {
            let values: Vec<Value<'_>> = row.iter().map(Cell::as_value).collect();
            let mut line = Vec::new();
            write_line(&mut line, &values).expect("writes");
            let line = String::from_utf8(line).expect("is text");
            prop_assert_eq!(line.matches('\n').count(), 1);
            prop_assert_eq!(read_line(&line), Some(row));
        }
    }

    #[test]
    fn what_is_no_row_is_refused() {
        for line in [
            "",
            "{}",
            "[1.5]",
            "[true]",
            "[{\"blob\":\"0\"}]",
            "[{\"real\":\"x\"}]",
            "[{}]",
            "[1] [2]",
        ] {
            assert_eq!(read_line(line), None, "{line}");
        }
    }
}
