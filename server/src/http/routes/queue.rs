//! The active-learning queue.

use axum::Json;
use axum::extract::State;
use fovea_protocol::QueuePage;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::backend::Backend;
use crate::db::{self, QueueAsk};
use crate::http::envelope::Caller;
use crate::http::extract::ApiQuery;
use crate::problem::Problem;

const DEFAULT_THRESHOLD: f64 = 0.3;

/// What to ask for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueueQuery {
    /// Tiles with a score above it, 0..=1; 0.3 when absent.
    #[serde(default)]
    #[param(minimum = 0, maximum = 1)]
    uncertainty_threshold: Option<f64>,
}

/// Tiles that deserve a look, leased to the caller for 30 minutes; about one in ten is random.
#[utoipa::path(get, path = "/v1/active-learning/queue", tag = "queue", params(QueueQuery),
    responses((status = 200, description = "at most 50 tiles, highest score first", body = QueuePage)))]
pub(crate) async fn queue(
    State(backend): State<Backend>,
    caller: Caller,
    ApiQuery(ask): ApiQuery<QueueQuery>,
) -> Result<Json<QueuePage>, Problem> {
    let threshold = ask.uncertainty_threshold.unwrap_or(DEFAULT_THRESHOLD);
    if !(0.0..=1.0).contains(&threshold) {
        return Err(Problem::unprocessable(
            "bad_threshold",
            "the threshold lies in 0..=1; choose another one",
        ));
    }
    // Scores are no finer.
    let threshold = threshold as f32;
    let now_us = backend.clock.now_us();
    let user_id = caller.account.user_id;
    let ask = QueueAsk {
        user_id,
        threshold,
        now_us,
        random_seed: uuid::Uuid::new_v4().as_u64_pair().1,
    };
    // Most questions come from somebody who holds the leases already: they cost no transaction.
    let held = backend
        .db
        .look_up(move |connection| db::queue_page(connection, ask, false))
        .await?;
    let tiles = match held {
        Some(tiles) => tiles,
        None => backend
            .db
            .write(move |connection| db::queue_page(connection, ask, true))
            .await?
            .unwrap_or_default(),
    };
    Ok(Json(QueuePage {
        tiles,
        uncertainty_threshold: threshold,
        server_time_us: now_us,
    }))
}
