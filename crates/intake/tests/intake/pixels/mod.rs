//! What lies beside the values of samples goes, and the values stay what they are.

mod around;
mod beside;
pub(crate) mod image;
