//! What targets share.

pub mod labels;
mod time;

pub use time::in_time;
