//! What other people did, as the server tells it.

use fovea_annotation::{ContentHash, LabelVersion};

use crate::approvals::{self, RemoteApproval};
use crate::reviews::{self, RemoteReview};
use crate::versions::{self, Origin};
use crate::{Result, Store, StoreError, sql};

/// A version that the server told of.
#[derive(Clone, Debug)]
pub struct RemoteVersion(pub LabelVersion);

/// One page of what the server told of, in its order.
#[derive(Clone, Debug, Default)]
pub struct RemoteChanges {
    /// Versions.
    pub versions: Vec<RemoteVersion>,
    /// Reviews.
    pub reviews: Vec<RemoteReview>,
    /// Approvals.
    pub approvals: Vec<RemoteApproval>,
}

impl Store {
    /// Applies one page of the server's changes and moves the cursor, in one transaction. `from_cursor` is the cursor
    /// that the page was asked with: a page that does not follow what is applied is left alone. Returns how many
    /// versions, reviews and approvals were new here.
    pub fn apply_changes(
        &mut self,
        from_cursor: u64,
        page: &RemoteChanges,
        cursor: u64,
    ) -> Result<usize> {
        for RemoteVersion(version) in &page.versions {
            version
                .verify()
                .map_err(|error| StoreError::refused("label version from the server", error))?;
        }
        let now_us = self.now_us();
        self.write(|tx| {
            let here: u64 =
                tx.query_row("SELECT cursor FROM sync_state WHERE id = 1", [], |row| {
                    sql::count(row, 0)
                })?;
            if here != from_cursor {
                return Ok(0);
            }
            let mut added = 0;
            for RemoteVersion(version) in &page.versions {
                added += usize::from(versions::insert(tx, version, Origin::Server, now_us)?);
            }
            for review in &page.reviews {
                added += usize::from(reviews::insert(tx, review)?);
            }
            for approval in &page.approvals {
                added += usize::from(approvals::insert(tx, approval)?);
            }
            tx.execute(
                "UPDATE sync_state SET cursor = ?1 WHERE id = 1",
                [cursor.cast_signed()],
            )?;
            Ok(added)
        })
    }

    /// Payloads of versions of tiles that are here, which are still to be fetched; at most `limit`.
    pub fn wanted_blobs(&self, limit: usize) -> Result<Vec<ContentHash>> {
        let sql = "SELECT DISTINCT payload_sha256 FROM label_versions JOIN tiles USING (tile_id)
                   WHERE origin = 'server' AND NOT EXISTS (SELECT 1 FROM blobs WHERE sha256 = payload_sha256) LIMIT ?1";
        let mut statement = self.conn().prepare_cached(sql)?;
        let rows = statement.query_map([limit as i64], |row| sql::hash(row, 0))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
