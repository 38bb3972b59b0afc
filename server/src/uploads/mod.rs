//! Uploads that can be taken up again after a break, as tus 1.0 says (<https://tus.io/protocols/resumable-upload>).
//!
//! What has arrived lies on disk as encrypted parts until the intake has looked at the whole file: a vendor's file names
//! its patient. Parts go away with the upload: when its case is made, when the intake refuses it for good, when the client
//! gives up, or a day after its beginning.

mod expiry;
mod spool;
mod take;

pub(crate) use expiry::{discard, drop_expired};
pub(crate) use spool::{Spool, SpoolError, Turn};
pub(crate) use take::take;

/// How long an unfinished upload is kept.
pub(crate) const KEPT_US: i64 = 24 * 60 * 60 * 1_000_000;
/// Uploads that one account may have open.
pub(crate) const OPEN_MAX: u32 = 16;
