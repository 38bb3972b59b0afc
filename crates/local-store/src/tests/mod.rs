//! The store's promises, one file each.

mod durability;
mod importing;
mod labels;
mod outbox;
mod secrecy;
