//! Sending whole scans: resumable uploads (tus 1.0), and the word of the server about each.
//!
//! What is to be sent lies in the local store. [`step`](step::step) brings one upload one request further and writes down how
//! far it is; so it may stop anywhere, and goes on from there after a break, a restart or a new sign-in.

mod engine;
mod pace;
mod step;
mod tus;
mod view;

pub use engine::{UploadEngine, UploadHandle, UploadParts};
pub use view::{Passage, UploadView};
