//! The audit log: insert-only, each line chained to the one before, its head signed in the transaction that wrote it and
//! written down outside the database.

mod action;
mod chain;
mod export;
mod heads;
mod place;
mod seal;
mod search;
mod signing;
mod verify;

pub(crate) use action::Action;
pub(crate) use chain::{Line, append, entries_after};
pub use export::{AuditExport, ExportError, verify_export};
pub(crate) use heads::put_aside;
pub(crate) use place::AuditPlace;
pub(crate) use seal::{Seal, signed_head, write_down};
pub(crate) use search::{AuditSearch, search};
pub(crate) use signing::{AuditKey, public_key_in};
pub(crate) use verify::{Evidence, verify, verify_snapshot, written_heads};
