//! The queue of doubtful tiles from local knowledge, for when the server is away.

use std::collections::HashMap;

use fovea_annotation::{CaseId, QueueCandidate, TileId, TileScore, rank};
use rusqlite::Connection;

use crate::{Result, Store, predictions, tiles};

/// A tile that deserves a look.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalQueueItem {
    /// The tile.
    pub tile_id: TileId,
    /// Its case.
    pub case_id: CaseId,
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// How doubtful it is, and why.
    pub score: TileScore,
}

impl Store {
    /// Tiles whose newest prediction scores above `threshold`, in the order of the product's queue, at most `limit`.
    /// Tiles that already hold a person's work are left out.
    pub fn queue_local(&self, threshold: f32, limit: usize) -> Result<Vec<LocalQueueItem>> {
        self.read(|conn| {
            let mut items = HashMap::new();
            let mut candidates = Vec::new();
            for made in predictions::above(conn, threshold)? {
                if has_human_work(conn, made.tile_id)? {
                    continue;
                }
                let tile = tiles::require_tile(conn, made.tile_id)?;
                candidates.push(QueueCandidate {
                    tile: tile.tile_id,
                    case: tile.case_id,
                    score: made.score.score,
                });
                items.insert(
                    tile.tile_id,
                    LocalQueueItem {
                        tile_id: tile.tile_id,
                        case_id: tile.case_id,
                        bscan_index: tile.bscan_index,
                        score: made.score,
                    },
                );
            }
            let ranked = rank(candidates, threshold);
            Ok(ranked
                .into_iter()
                .take(limit)
                .filter_map(|candidate| items.remove(&candidate.tile))
                .collect())
        })
    }
}

fn has_human_work(conn: &Connection, tile_id: TileId) -> Result<bool> {
    let sql = "SELECT 1 FROM label_versions WHERE tile_id = ?1 AND kind <> 'model'";
    Ok(conn.prepare_cached(sql)?.exists([tile_id.0.as_bytes()])?)
}
