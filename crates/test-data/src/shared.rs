//! The folder of real files.

use std::path::{Path, PathBuf};

use crate::missing;

/// The folder of real files: `../shared/data` beside the checkout, or where `FOVEA_SHARED_DATA` says.
pub fn shared_data(test: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("FOVEA_SHARED_DATA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    missing(
        test,
        &format!(
            "the shared sample data, which is not at {}; set FOVEA_SHARED_DATA",
            folder.display()
        ),
    );
    None
}
