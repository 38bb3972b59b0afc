//! Sizes that one request may have.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a server accepts in one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Hashes in one `have` request.
    pub have_hashes_max: u32,
    /// Operations in one push.
    pub push_ops_max: u32,
    /// Bytes of one push.
    pub push_bytes_max: u64,
    /// Bytes of one blob.
    pub blob_bytes_max: u64,
    /// Tiles of one case.
    pub case_tiles_max: u32,
    /// Bytes of one file that is taken in whole or by a resumable upload.
    pub upload_bytes_max: u64,
    /// Bytes of one file that is taken in with a single request.
    pub case_bytes_max: u64,
    /// Seconds that a request for changes may wait.
    pub changes_wait_s_max: u32,
}

impl Limits {
    /// What version 1 of the protocol promises.
    pub const V1: Self = Self {
        have_hashes_max: 1_000,
        push_ops_max: 100,
        push_bytes_max: 8 * 1024 * 1024,
        blob_bytes_max: 64 * 1024 * 1024,
        case_tiles_max: 20_000,
        upload_bytes_max: 2 * 1024 * 1024 * 1024,
        case_bytes_max: 256 * 1024 * 1024,
        changes_wait_s_max: 25,
    };
}
