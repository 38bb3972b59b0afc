//! The first question of a session.

use axum::Json;
use axum::extract::State;
use fovea_protocol::{Hello, Limits, PROTOCOL_VERSION};

use crate::backend::Backend;
use crate::db;
use crate::http::envelope::Caller;
use crate::problem::Problem;

/// Who the server is, how far it has come, what it accepts.
#[utoipa::path(get, path = "/v1/hello", tag = "sync", responses((status = 200, description = "hello", body = Hello)))]
pub(crate) async fn hello(
    State(backend): State<Backend>,
    caller: Caller,
) -> Result<Json<Hello>, Problem> {
    let cursor = backend.db.look_up(db::change_cursor).await?;
    Ok(Json(Hello {
        server_id: backend.db.server_id(),
        incarnation: backend.db.incarnation(),
        protocol_versions: vec![PROTOCOL_VERSION],
        server_version: env!("CARGO_PKG_VERSION").into(),
        user: caller.account.name,
        role: caller.account.role.name().into(),
        may_review_own: backend.review.own,
        cursor,
        limits: Limits::V1,
        server_time_us: backend.clock.now_us(),
    }))
}
