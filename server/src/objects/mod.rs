//! The object store: immutable bytes named by their SHA-256, in a folder or in an S3 bucket.
//!
//! In a folder objects are sealed with the age key beside them. In a bucket they are sealed by the bucket (SSE-KMS), and
//! by an age key as well where the settings name one. Small ones that are sealed lie in the database. What is read is
//! hashed before anybody sees it, wherever it was.

mod cache;
mod claim;
mod credentials;
mod error;
mod key_ring;
mod s3;
mod settings;
mod small;
mod store;

#[cfg(test)]
mod tests;

pub use error::ObjectError;
pub(crate) use error::is_full_io;
pub(crate) use key_ring::KeyRing;
pub(crate) use settings::{ObjectPlace, ObjectSettings, ObjectsSection};
pub(crate) use small::reseal_sealed;
pub(crate) use store::Objects;
