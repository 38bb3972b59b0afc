//! The audit log: insert-only, each line chained to the one before, its head written down outside the database.

mod action;
mod chain;
mod heads;
mod verify;

pub(crate) use action::Action;
pub(crate) use chain::{Line, append, entries_after, head};
pub(crate) use heads::HeadsFile;
pub use verify::{AuditFault, AuditReport};
pub(crate) use verify::{verify, verify_here};
