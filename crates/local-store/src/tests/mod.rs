//! The store's promises, one file each.

mod approvals;
mod durability;
mod imported;
mod importing;
mod intake;
mod labels;
mod outbox;
mod reviews;
mod secrecy;
mod uploads;
