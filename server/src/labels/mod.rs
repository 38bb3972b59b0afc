//! Labels edited straight on the server (create from a mask, roll back to an earlier version) and what is decided about
//! them: review, approve, adjudicate.

mod adjudicate;
mod approve;
mod create;
mod decide;
mod draft;
mod merge;
mod review;
mod rollback;

pub(crate) use adjudicate::adjudicate;
pub(crate) use approve::approve_label;
pub(crate) use create::create_label;
pub(crate) use merge::{merge_heads, preview_merge};
pub(crate) use review::review_label;
pub(crate) use rollback::roll_back;
