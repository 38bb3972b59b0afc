//! The audit log without a database: the chain of its lines, the signed heads, and the check of both.
//!
//! The server writes the log and checks its own database with this; an auditor's machine checks what it downloaded with the
//! same code. Nothing here reads a file or asks anybody.

mod check;
mod fault;
mod heads;
mod kept;
mod line;
mod signing;
mod verdict;
mod walk;

pub use check::LogCheck;
pub use fault::{AuditFault, AuditReport};
pub use heads::WrittenHeads;
pub use kept::{KeptHeads, KeptLog};
pub use line::{ChainLine, genesis, line_hash};
pub use signing::{AuditPublicKey, NoAuditKey, SignedHead, head_message};
pub use verdict::{AuditFiles, AuditVerdict};
pub use walk::{Heads, Walk};
