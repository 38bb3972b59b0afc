//! What reviewers said of label versions, and which labels wait for their author because of it.

use fovea_annotation::{CaseId, TileId, VersionId};
use rusqlite::{Connection, params};

use crate::{Result, Store, sql};

/// A review that the server told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteReview {
    /// The version that was looked at.
    pub version_id: VersionId,
    /// It is right; otherwise it goes back to its author.
    pub is_accepted: bool,
    /// Why.
    pub comment: String,
    /// Account of the reviewer.
    pub reviewer: String,
    /// When, µs since 1970 UTC by the server's clock.
    pub reviewed_at_us: i64,
}

/// A label that a reviewer sent back, and that nobody has mended yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnedLabel {
    /// Its tile.
    pub tile_id: TileId,
    /// Its case.
    pub case_id: CaseId,
    /// Title of the case.
    pub case_title: String,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// What the reviewer said.
    pub review: RemoteReview,
}

impl Store {
    /// Labels by `author`, or made on this machine, that were sent back and that no version builds on; the one that waits
    /// longest first. Only those whose scan is here.
    pub fn returned_labels(&self, author: &str) -> Result<Vec<ReturnedLabel>> {
        let sql = "SELECT tiles.tile_id, tiles.case_id, title, bscan_index, version_id, comment, reviewer, reviewed_at_us
                   FROM heads JOIN label_versions USING (version_id) JOIN tiles ON tiles.tile_id = heads.tile_id
                   JOIN cases ON cases.case_id = tiles.case_id JOIN reviews USING (version_id)
                   WHERE accepted = 0 AND kind <> 'model' AND (origin = 'local' OR json_extract(record, '$.author') = ?1)
                     AND reviews.seq = (SELECT max(last.seq) FROM reviews AS last WHERE last.version_id = heads.version_id)
                   ORDER BY reviewed_at_us, tiles.tile_id";
        let mut statement = self.conn().prepare_cached(sql)?;
        let rows = statement.query_map([author], |row| {
            Ok(ReturnedLabel {
                tile_id: sql::tile_id(row, 0)?,
                case_id: sql::case_id(row, 1)?,
                case_title: row.get(2)?,
                bscan_index: row.get(3)?,
                review: RemoteReview {
                    version_id: sql::version_id(row, 4)?,
                    is_accepted: false,
                    comment: row.get(5)?,
                    reviewer: row.get(6)?,
                    reviewed_at_us: row.get(7)?,
                },
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Adds a review; `false` where it is here already.
pub(crate) fn insert(tx: &Connection, review: &RemoteReview) -> Result<bool> {
    let sql = "INSERT INTO reviews (version_id, accepted, comment, reviewer, reviewed_at_us) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT (version_id, reviewer, reviewed_at_us) DO NOTHING";
    let added = tx.prepare_cached(sql)?.execute(params![
        review.version_id.0.as_bytes(),
        review.is_accepted,
        review.comment,
        review.reviewer,
        review.reviewed_at_us
    ])?;
    Ok(added > 0)
}
