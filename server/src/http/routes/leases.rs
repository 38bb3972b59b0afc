//! Leases of the queue's tiles.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use fovea_annotation::TileId;
use fovea_protocol::{LeaseRecord, LeasesPage, Sha256};

use crate::active_learning::{release_lease, renew_lease};
use crate::backend::Backend;
use crate::db::{self, Lease};
use crate::http::envelope::Caller;
use crate::http::extract::parse_id;
use crate::problem::Problem;

/// The tiles that the caller holds.
#[utoipa::path(get, path = "/v1/active-learning/leases", tag = "queue",
    responses((status = 200, description = "leases", body = LeasesPage)))]
pub(crate) async fn list(
    State(backend): State<Backend>,
    caller: Caller,
) -> Result<Json<LeasesPage>, Problem> {
    let (user_id, now_us) = (caller.account.user_id, backend.clock.now_us());
    let leases = backend
        .db
        .look_up(move |connection| db::leases_of(connection, user_id, now_us))
        .await?;
    Ok(Json(LeasesPage {
        leases: leases.into_iter().map(Lease::into_record).collect(),
        server_time_us: now_us,
    }))
}

/// Give a tile back, so that somebody else may get it.
#[utoipa::path(delete, path = "/v1/active-learning/leases/{tile_id}", tag = "queue",
    params(("tile_id" = Sha256, Path, description = "tile")),
    responses((status = 204, description = "given back")))]
pub(crate) async fn release(
    State(backend): State<Backend>,
    caller: Caller,
    Path(tile_id): Path<String>,
) -> Result<StatusCode, Problem> {
    let tile_id: TileId = parse_id(&tile_id)?;
    release_lease(&backend, caller.account.user_id, tile_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keep a tile for another half hour.
#[utoipa::path(post, path = "/v1/active-learning/leases/{tile_id}/renew", tag = "queue",
    params(("tile_id" = Sha256, Path, description = "tile")),
    responses((status = 200, description = "kept", body = LeaseRecord)))]
pub(crate) async fn renew(
    State(backend): State<Backend>,
    caller: Caller,
    Path(tile_id): Path<String>,
) -> Result<Json<LeaseRecord>, Problem> {
    let tile_id: TileId = parse_id(&tile_id)?;
    let user_id = caller.account.user_id;
    renew_lease(&backend, user_id, tile_id).await.map(Json)
}
