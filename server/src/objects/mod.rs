//! The object store: immutable bytes named by their SHA-256, encrypted at rest.

mod age_key;
mod store;

pub(crate) use age_key::load_or_create_identity;
pub use store::ObjectError;
pub(crate) use store::Objects;
