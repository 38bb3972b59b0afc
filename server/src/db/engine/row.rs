//! Rows that a statement answers with.

use super::value::Value;
use crate::db::error::DbError;

/// One row; only its columns can be read.
pub(crate) enum Row<'a> {
    /// A row under SQLite's cursor.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row that PostgreSQL sent.
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// Column `at`, counted from 0.
    pub(crate) fn get<T: FromColumn>(&self, at: usize) -> Result<T, DbError> {
        T::from_column(self.value(at)?).ok_or(DbError::DamagedRow { what: "column" })
    }

    /// Column `at` as it is stored.
    pub(crate) fn value(&self, at: usize) -> Result<Value<'_>, DbError> {
        match self {
            Self::Sqlite(row) => super::sqlite::column(row, at),
            Self::Postgres(row) => super::postgres::column(row, at),
        }
    }
}

/// What a column can be read as.
pub(crate) trait FromColumn: Sized {
    /// The value, or `None` when it is of another kind or out of range.
    fn from_column(value: Value<'_>) -> Option<Self>;
}

impl<T: FromColumn> FromColumn for Option<T> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            value => T::from_column(value).map(Some),
        }
    }
}

impl FromColumn for i64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl FromColumn for u64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value)?.try_into().ok()
    }
}

impl FromColumn for u32 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value)?.try_into().ok()
    }
}

impl FromColumn for bool {
    fn from_column(value: Value<'_>) -> Option<Self> {
        i64::from_column(value).map(|number| number != 0)
    }
}

impl FromColumn for f64 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Real(number) => Some(number),
            // SQLite gives a whole number that an expression made whole.
            Value::Integer(number) => Some(number as f64),
            _ => None,
        }
    }
}

impl FromColumn for f32 {
    fn from_column(value: Value<'_>) -> Option<Self> {
        f64::from_column(value).map(|number| number as f32)
    }
}

impl FromColumn for String {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl FromColumn for Vec<u8> {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => Some(bytes.to_vec()),
            _ => None,
        }
    }
}

impl<const N: usize> FromColumn for [u8; N] {
    fn from_column(value: Value<'_>) -> Option<Self> {
        match value {
            Value::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        }
    }
}
