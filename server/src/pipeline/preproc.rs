//! Reading the pictures of a case and checking that each is what the case says.

use bytes::Bytes;
use fovea_imaging::{Budget, decode_png_gray8};
use fovea_protocol::TileMeta;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::documents::{self, CheckedTile, TilesDocument};
use super::{StepContext, StepError};
use crate::busy_work::off_thread;
use crate::db::{self, Artifact};

/// Pictures that are read at a time.
const READ_AHEAD: usize = 4;

pub(super) async fn run(context: &StepContext) -> Result<Vec<Artifact>, StepError> {
    let case_id = context.claim.run.case_id;
    let read = move |connection: &db::Connection| {
        Ok((
            db::case_by_id(connection, case_id)?,
            db::tiles_of_case(connection, case_id)?,
        ))
    };
    let (case, tiles) = context.backend.db.read(read).await?;
    let gone = || {
        StepError::for_good(
            "case_unknown",
            "the case is not on the server any more; register it again",
        )
    };
    let case = case.ok_or_else(gone)?;
    context.told(0, tiles.len());
    let of = tiles.len();
    let checked: Vec<CheckedTile> = stream::iter(tiles)
        .map(|tile| check(context, tile))
        .buffered(READ_AHEAD)
        .enumerate()
        .map(|(at, checked)| {
            context.told(at + 1, of);
            checked
        })
        .try_collect()
        .await?;
    let document = TilesDocument {
        format: TilesDocument::FORMAT.to_owned(),
        case_id,
        spacing_um: case.spacing_um,
        tiles: checked,
    };
    Ok(vec![documents::write(context, &document).await?])
}

async fn check(context: &StepContext, tile: TileMeta) -> Result<CheckedTile, StepError> {
    let what = format!("the picture of B-scan {}", tile.bscan_index);
    let bytes = context.blob(tile.raw, "input_missing", &what).await?;
    off_thread(move || look_at(&tile, &bytes)).await?
}

fn look_at(tile: &TileMeta, bytes: &Bytes) -> Result<CheckedTile, StepError> {
    let refuse = |why: &str| {
        let detail = format!(
            "the picture of B-scan {} {why}; register the case again",
            tile.bscan_index
        );
        StepError::for_good("input_invalid", detail)
    };
    let image =
        decode_png_gray8(bytes, &Budget::default()).map_err(|_| refuse("cannot be decoded"))?;
    if image.size != tile.size {
        return Err(refuse("has another size than the case says"));
    }
    let first = image.pixels.first().copied();
    let sum: u64 = image.pixels.iter().map(|value| u64::from(*value)).sum();
    let saturated = image.pixels.iter().filter(|value| **value == u8::MAX);
    Ok(CheckedTile {
        tile_id: tile.tile_id,
        bscan_index: tile.bscan_index,
        size: tile.size,
        raw: tile.raw,
        mean: sum as f64 / image.pixels.len().max(1) as f64,
        saturated_px: saturated.count() as u64,
        is_blank: image.pixels.iter().all(|value| Some(*value) == first),
    })
}
