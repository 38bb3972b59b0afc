//! What tests are held against that this project did not make: shared sample files and independent programs.
//!
//! Where something is missing, tests under `CI=true` fail, and elsewhere say by name that they were skipped.

mod postgres;
mod program;
mod proxy;
mod python;
mod s3;
mod shared;

pub use postgres::Postgres;
pub use program::program;
pub use proxy::{Fault, Proxy};
pub use python::Python;
pub use s3::S3;
pub use shared::shared_data;

/// Fails under CI; elsewhere says that `test` was skipped and why.
fn missing(test: &str, what: &str) {
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci, "{test} needs {what}");
    eprintln!("SKIPPED {test}: it needs {what}");
}
