//! What a person asks the server for while they look: runs with their logs and artifacts as they go on, accounts,
//! the audit log, tiles on which people disagree.
//!
//! Each question is answered by one [`Reply`]. Nothing here is stored: what a page shows is what the server said last.

mod ask;
mod audit;
mod audit_check;
mod audit_desk;
mod engine;
mod labels;
mod labels_desk;
mod runs;
mod sse;
mod users;
mod watch;
mod whole_file;

pub(crate) use ask::sentence;
pub use ask::{Ask, Reply};
pub use engine::{Calls, CallsHandle};
pub use labels::{Judgement, ReadingPair};
