//! Labels edited straight on the server: create from a mask, roll back to an earlier version.

mod create;
mod draft;
mod rollback;

pub(crate) use create::create_label;
pub(crate) use rollback::roll_back;
