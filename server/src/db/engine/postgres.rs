//! PostgreSQL: the engine of many machines.

use std::cell::{RefCell, RefMut};
use std::collections::HashMap;
use std::error::Error;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Statement};

use super::value::Value;
use crate::db::error::DbError;

/// A client and the statements that it has prepared.
pub(crate) struct PostgresConnection {
    /// Empty only while it is dropped.
    state: Option<RefCell<State>>,
}

struct State {
    client: Client,
    statements: HashMap<String, Statement>,
}

impl PostgresConnection {
    pub(super) fn new(client: Client) -> Self {
        Self {
            state: Some(RefCell::new(State {
                client,
                statements: HashMap::new(),
            })),
        }
    }

    /// True once the server or the network has ended the connection.
    pub(super) fn is_closed(&self) -> bool {
        let state = self.state.as_ref();
        state.is_none_or(|state| state.borrow().client.is_closed())
    }

    fn state(&self) -> Result<RefMut<'_, State>, DbError> {
        let state = self.state.as_ref().map(RefCell::borrow_mut);
        state.ok_or(DbError::Closed)
    }

    pub(super) fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, DbError> {
        let state = &mut *self.state()?;
        let statement = state.prepare(sql, values)?;
        Ok(state.client.execute(&statement, &as_params(values))?)
    }

    /// All rows at once, so that reading them may run further statements.
    pub(super) fn query(
        &self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<postgres::Row>, DbError> {
        let state = &mut *self.state()?;
        let statement = state.prepare(sql, values)?;
        Ok(state.client.query(&statement, &as_params(values))?)
    }

    /// Rows as they come over the network.
    pub(super) fn for_each<E: From<DbError>>(
        &self,
        sql: &str,
        mut take: impl FnMut(&postgres::Row) -> Result<(), E>,
    ) -> Result<(), E> {
        let state = &mut *self.state()?;
        let statement = state.prepare(sql, &[])?;
        let none: [&(dyn ToSql + Sync); 0] = [];
        let rows = state.client.query_raw(&statement, none);
        let mut rows = rows.map_err(DbError::from)?;
        while let Some(row) = rows.next().map_err(DbError::from)? {
            take(&row)?;
        }
        Ok(())
    }

    pub(super) fn execute_batch(&self, sql: &str) -> Result<(), DbError> {
        Ok(self.state()?.client.batch_execute(sql)?)
    }
}

impl Drop for PostgresConnection {
    /// The client owns an async runtime, which must not end on a thread of another one.
    fn drop(&mut self) {
        if let Some(state) = self.state.take()
            && tokio::runtime::Handle::try_current().is_ok()
        {
            let thread = std::thread::Builder::new().name("fovea-db-close".into());
            // Where no thread can be had the process is on its end, and the server closes what is left open.
            let _ = thread.spawn(move || drop(state));
        }
    }
}

impl State {
    fn prepare(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Statement, DbError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        // Types are named, because the server cannot tell that of a place-holder inside an expression.
        let types: Vec<Type> = values.iter().map(type_of).collect();
        let statement = self.client.prepare_typed(&with_dollars(sql), &types)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn type_of(value: &Value<'_>) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Real(_) => Type::FLOAT8,
        Value::Text(_) => Type::TEXT,
        Value::Blob(_) => Type::BYTEA,
    }
}

/// `?1` as `$1`. No statement of ours holds a question mark in a literal.
fn with_dollars(sql: &str) -> String {
    sql.replace('?', "$")
}

fn as_params<'a>(values: &'a [Value<'a>]) -> Vec<&'a (dyn ToSql + Sync)> {
    values
        .iter()
        .map(|value| value as &(dyn ToSql + Sync))
        .collect()
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (*self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Integer(number), &Type::INT4) => i32::try_from(number)?.to_sql(ty, out),
            (Self::Integer(number), &Type::FLOAT8) => (number as f64).to_sql(ty, out),
            (Self::Integer(number), _) => number.to_sql(ty, out),
            (Self::Real(number), _) => number.to_sql(ty, out),
            (Self::Text(text), _) => text.to_sql(ty, out),
            (Self::Blob(bytes), _) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// Column `at` of a row.
pub(super) fn column(row: &postgres::Row, at: usize) -> Result<Value<'_>, DbError> {
    let column = row.columns().get(at);
    let ty = column.map(postgres::Column::type_);
    let value = match ty {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(at)?.map(Value::Integer),
        Some(&Type::INT4) => {
            let number: Option<i32> = row.try_get(at)?;
            number.map(|number| Value::Integer(i64::from(number)))
        }
        Some(&Type::BOOL) => {
            let truth: Option<bool> = row.try_get(at)?;
            truth.map(|truth| Value::Integer(i64::from(truth)))
        }
        Some(&Type::FLOAT8) => row.try_get::<_, Option<f64>>(at)?.map(Value::Real),
        Some(&Type::TEXT | &Type::VARCHAR | &Type::NAME) => {
            row.try_get::<_, Option<&str>>(at)?.map(Value::Text)
        }
        Some(&Type::BYTEA) => row.try_get::<_, Option<&[u8]>>(at)?.map(Value::Blob),
        _ => return Err(DbError::DamagedRow { what: "column" }),
    };
    Ok(value.unwrap_or(Value::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_holders_are_written_the_other_way() {
        assert_eq!(
            with_dollars("SELECT ?1 WHERE x = ?12"),
            "SELECT $1 WHERE x = $12"
        );
    }
}
