//! Whether an account may name what an operation names, before anything of it is looked at.
//!
//! Whoever knows the hash of somebody else's blob must not get at its bytes by making it part of a case of the own, nor
//! learn from the answer what a tile is like that the account may not see.

use fovea_annotation::{ContentHash, TileId};
use fovea_protocol::OpBody;

use super::apply::tile_unknown;
use super::known::Known;
use super::rejection::{Rejection, Stop};
use crate::backend::Backend;
use crate::db::{self, Account, Connection};

/// Refuses an operation that names what `account` may not see. What does not exist is left to the check.
pub(super) async fn may_name(
    backend: &Backend,
    account: &Account,
    known: &Known,
    body: &OpBody,
) -> Result<(), Stop> {
    let (tile, blobs) = named(body);
    let tile = tile.filter(|tile| !known.has_tile(*tile));
    let account = account.clone();
    let look = move |connection: &Connection| {
        if let Some(tile_id) = tile {
            match db::tile_row(connection, tile_id)? {
                None => return Ok(None),
                Some(tile) if !db::may_see_case(connection, &account, tile.case_id)? => {
                    return Ok(Some(tile_unknown()));
                }
                Some(_) => {}
            }
        }
        let missing = db::damaged_or_missing(connection, &account, &blobs)?;
        Ok((!missing.is_empty()).then(blob_missing))
    };
    match backend.db.read(look).await? {
        Some(rejection) => Err(rejection.into()),
        None => Ok(()),
    }
}

fn named(body: &OpBody) -> (Option<TileId>, Vec<ContentHash>) {
    match body {
        OpBody::RegisterCase(case) => (None, case.tiles.iter().map(|tile| tile.raw).collect()),
        OpBody::RegisterPrediction(prediction) => (
            Some(prediction.tile_id),
            vec![prediction.mask, prediction.uncertainty],
        ),
        OpBody::PushVersion(version) => (Some(version.tile_id), vec![version.payload]),
    }
}

fn blob_missing() -> Rejection {
    let detail = "a blob of this operation is not on the server; send it first";
    Rejection::for_now("blob_missing", detail)
}
