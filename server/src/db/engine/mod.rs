//! One face for two engines: the same SQL text, parameters and rows on SQLite and on PostgreSQL.
//!
//! Use cases are plain functions on a [`Connection`] that run on a thread of their own; they never know which engine
//! is below. What differs is here: how a transaction begins, how a place-holder is written, how a value travels.

mod connection;
mod postgres;
mod row;
mod source;
mod sqlite;
mod transaction;
mod value;

pub(crate) use connection::{Connection, OptionalExtension};
pub(crate) use row::{FromColumn, Row};
pub(crate) use source::on_own_thread;
pub use source::{DatabaseSource, PostgresSource};
pub(crate) use transaction::TransactionKind;
pub(crate) use value::{ToValue, Value};
