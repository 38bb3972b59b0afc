//! A tile that was handed out: its holder gives it back, or keeps it for longer.

use fovea_annotation::TileId;
use fovea_protocol::LeaseRecord;

use crate::backend::Backend;
use crate::db::{self, LEASE_US, Lease};
use crate::problem::Problem;

/// Gives a tile back, so that somebody else may get it.
pub(crate) async fn release_lease(
    backend: &Backend,
    user_id: i64,
    tile_id: TileId,
) -> Result<(), Problem> {
    let now_us = backend.clock.now_us();
    let released = backend.db.write(move |connection| {
        let held = db::lease_of(connection, user_id, tile_id)?;
        db::drop_lease_of(connection, user_id, tile_id)?;
        Ok(held.is_some_and(|lease| lease.until_us > now_us))
    });
    match released.await? {
        true => Ok(()),
        false => Err(not_held()),
    }
}

/// Keeps a tile for another half hour. One whose time is over is kept as well, if nobody took it meanwhile.
pub(crate) async fn renew_lease(
    backend: &Backend,
    user_id: i64,
    tile_id: TileId,
) -> Result<LeaseRecord, Problem> {
    let until_us = backend.clock.now_us() + LEASE_US;
    let renewed = backend.db.write(move |connection| {
        let Some(held) = db::lease_of(connection, user_id, tile_id)? else {
            return Ok(None);
        };
        let lease = Lease { until_us, ..held };
        db::take_lease(connection, user_id, lease)?;
        Ok(Some(lease))
    });
    renewed.await?.map(Lease::into_record).ok_or_else(not_held)
}

fn not_held() -> Problem {
    let detail = "you hold no lease on this tile; ask the queue for tiles";
    Problem::not_found("lease_unknown", detail)
}
