//! What earlier operations of the same push will have made known by the time a later one is applied.

use std::collections::HashMap;

use fovea_annotation::{ContentHash, TileId, VersionId};
use fovea_geometry::SizePx;
use fovea_protocol::{CaseMeta, VersionOffer};

use super::rejection::{Rejection, Stop};
use crate::backend::Backend;
use crate::db;

/// Tiles and versions of this push, over those of the database.
#[derive(Debug, Default)]
pub(super) struct Known {
    tiles: HashMap<TileId, SizePx>,
    payloads: HashMap<VersionId, (TileId, ContentHash)>,
}

impl Known {
    /// Adds the tiles of a prepared case.
    pub(super) fn add_case(&mut self, case: &CaseMeta) {
        self.tiles
            .extend(case.tiles.iter().map(|tile| (tile.tile_id, tile.size)));
    }

    /// Adds a prepared version.
    pub(super) fn add_version(&mut self, version: &VersionOffer) {
        self.payloads
            .insert(version.id, (version.tile_id, version.payload));
    }

    /// Whether a case of this push has the tile.
    pub(super) fn has_tile(&self, tile_id: TileId) -> bool {
        self.tiles.contains_key(&tile_id)
    }

    /// Size of a tile.
    pub(super) async fn tile_size(
        &self,
        backend: &Backend,
        tile_id: TileId,
    ) -> Result<SizePx, Stop> {
        if let Some(&size) = self.tiles.get(&tile_id) {
            return Ok(size);
        }
        let row = backend
            .db
            .look_up(move |connection| db::tile_row(connection, tile_id))
            .await?;
        let unknown = || {
            Rejection::for_now(
                "tile_unknown",
                "the server does not know this tile; register its case first",
            )
        };
        Ok(row.ok_or_else(unknown)?.size)
    }

    /// Payload of a parent, which must belong to `tile_id`.
    pub(super) async fn parent_payload(
        &self,
        backend: &Backend,
        parent: VersionId,
        tile_id: TileId,
    ) -> Result<ContentHash, Stop> {
        let found = match self.payloads.get(&parent) {
            Some(&found) => Some(found),
            None => {
                let record = backend
                    .db
                    .look_up(move |connection| db::record_of(connection, parent))
                    .await?;
                record.map(|record| (record.version.tile_id, record.version.payload))
            }
        };
        match found {
            Some((tile, payload)) if tile == tile_id => Ok(payload),
            Some(_) => Err(Rejection::for_good(
                "parent_of_other_tile",
                "a parent of this version labels another tile",
            )
            .into()),
            None => Err(Rejection::for_now(
                "parent_unknown",
                "a parent of this version is not on the server; send it first",
            )
            .into()),
        }
    }
}
