//! Tiles: all that is needed to show one, and its versions.

use axum::Json;
use axum::extract::{Path, State};
use fovea_annotation::{ContentHash, TileId};
use fovea_protocol::{BlobRef, Sha256, TileView, Verdict, VersionGraph};

use crate::backend::Backend;
use crate::db::{self, Connection, DbError};
use crate::http::extract::parse_id;
use crate::problem::Problem;

const PNG: &str = "image/png";
const MASK: &str = "application/vnd.fovea.mask";

/// Raw picture, mask and uncertainty of a tile, as references to immutable blobs.
#[utoipa::path(get, path = "/v1/tiles/{tile_id}", tag = "tiles", params(("tile_id" = Sha256, Path, description = "tile")),
    responses((status = 200, description = "the tile", body = TileView)))]
pub(crate) async fn show(
    State(backend): State<Backend>,
    Path(tile_id): Path<String>,
) -> Result<Json<TileView>, Problem> {
    let tile_id: TileId = parse_id(&tile_id)?;
    let view = backend
        .db
        .look_up(move |connection| view(connection, tile_id))
        .await?;
    view.map(Json).ok_or_else(unknown)
}

/// Every version of a tile's label.
#[utoipa::path(get, path = "/v1/tiles/{tile_id}/versions", tag = "labels", params(("tile_id" = Sha256, Path, description = "tile")),
    responses((status = 200, description = "the version graph", body = VersionGraph)))]
pub(crate) async fn versions(
    State(backend): State<Backend>,
    Path(tile_id): Path<String>,
) -> Result<Json<VersionGraph>, Problem> {
    let tile_id: TileId = parse_id(&tile_id)?;
    let graph = backend.db.look_up(move |connection| {
        if db::tile_row(connection, tile_id)?.is_none() {
            return Ok(None);
        }
        graph_of(connection, tile_id).map(Some)
    });
    graph.await?.map(Json).ok_or_else(unknown)
}

fn graph_of(connection: &Connection, tile_id: TileId) -> Result<VersionGraph, DbError> {
    let heads = db::heads_of(connection, tile_id)?;
    let mut returned = Vec::new();
    for &head in &heads {
        let last = db::last_review(connection, head)?;
        returned.extend(
            last.filter(|review| review.verdict == Verdict::Reject)
                .map(|_| head),
        );
    }
    Ok(VersionGraph {
        tile_id,
        versions: db::records_of_tile(connection, tile_id)?,
        heads,
        approved: db::last_approval(connection, tile_id)?.map(|approval| approval.label_id),
        reviews: db::reviews_of_tile(connection, tile_id)?,
        returned,
    })
}

fn view(connection: &Connection, tile_id: TileId) -> Result<Option<TileView>, DbError> {
    let Some(tile) = db::tile_row(connection, tile_id)? else {
        return Ok(None);
    };
    let spacing_um = db::case_by_id(connection, tile.case_id)?.and_then(|case| case.spacing_um);
    let prediction = db::latest_prediction(connection, tile_id)?.map(|(prediction, _)| prediction);
    let mut heads = Vec::new();
    for head in db::heads_of(connection, tile_id)? {
        heads.extend(db::record_of(connection, head)?);
    }
    let mask = heads
        .last()
        .map(|head| head.version.payload)
        .or(prediction.as_ref().map(|p| p.mask));
    Ok(Some(TileView {
        tile_id,
        case_id: tile.case_id,
        bscan_index: tile.bscan_index,
        size: tile.size,
        spacing_um,
        raw_img: blob_ref(tile.raw, PNG),
        mask_img: mask.map(|mask| blob_ref(mask, MASK)),
        uncertainty_map: prediction.as_ref().map(|p| blob_ref(p.uncertainty, PNG)),
        prediction,
        heads,
    }))
}

fn blob_ref(sha256: ContentHash, media_type: &str) -> BlobRef {
    BlobRef {
        sha256,
        href: format!("/v1/blobs/{sha256}"),
        media_type: media_type.into(),
    }
}

pub(crate) fn unknown() -> Problem {
    Problem::not_found(
        "tile_unknown",
        "the server does not know this tile; register its case first",
    )
}
