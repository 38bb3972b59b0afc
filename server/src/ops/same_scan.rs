//! The same scan with pictures by another encoder: other bytes, the same pixels.

use bytes::Bytes;
use fovea_imaging::{Budget, GrayImage, decode_png_gray8};
use fovea_protocol::{CaseMeta, TileMeta};

use super::masks::blob_or_rejection;
use super::rejection::Stop;
use crate::backend::Backend;
use crate::busy_work::off_thread;
use crate::db::{self, Account, Connection, DbError};
use crate::problem::Problem;

/// The case with the pictures that the server holds of it, where theirs have the same pixels: the first bytes stay.
/// Otherwise the case as it is offered.
pub(crate) async fn case_as_held(
    backend: &Backend,
    account: &Account,
    offered: CaseMeta,
) -> Result<CaseMeta, Problem> {
    let held = as_held(backend, account, offered).await;
    held.map_err(Stop::into_problem)
}

/// As [`case_as_held`], while a push is prepared.
pub(super) async fn as_held(
    backend: &Backend,
    account: &Account,
    offered: CaseMeta,
) -> Result<CaseMeta, Stop> {
    let (case_id, account) = (offered.case_id, account.clone());
    let look = move |connection: &Connection| {
        // What the account may not see is compared with nothing.
        match db::may_see_case(connection, &account, case_id)? {
            true => db::tiles_of_case(connection, case_id),
            false => Ok(Vec::new()),
        }
    };
    let held = backend.db.read(look).await?;
    match same_pixels(backend, &held, &offered.tiles).await? {
        true => Ok(CaseMeta {
            tiles: held,
            ..offered
        }),
        false => Ok(offered),
    }
}

/// One tile after the other, so that no more than two pictures are in memory.
async fn same_pixels(
    backend: &Backend,
    held: &[TileMeta],
    offered: &[TileMeta],
) -> Result<bool, Stop> {
    if held.len() != offered.len() {
        return Ok(false);
    }
    for (held, offered) in held.iter().zip(offered) {
        let renamed = TileMeta {
            raw: held.raw,
            ..offered.clone()
        };
        if renamed != *held {
            return Ok(false);
        }
        if held.raw == offered.raw {
            continue;
        }
        let one = blob_or_rejection(backend, held.raw, "raw picture of a tile").await?;
        let other = blob_or_rejection(backend, offered.raw, "raw picture of a tile").await?;
        let same = off_thread(move || show_the_same(&one, &other)).await;
        if !same.map_err(DbError::from)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A picture that cannot be read is like no other.
fn show_the_same(one: &Bytes, other: &Bytes) -> bool {
    let read = |bytes: &Bytes| decode_png_gray8(bytes, &Budget::default()).ok();
    let same =
        |one: GrayImage, other: GrayImage| one.size == other.size && one.pixels == other.pixels;
    match (read(one), read(other)) {
        (Some(one), Some(other)) => same(one, other),
        _ => false,
    }
}
