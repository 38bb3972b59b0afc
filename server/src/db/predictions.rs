//! What models said about tiles.

use fovea_annotation::{TileFigures, TileId};
use fovea_protocol::PredictionOffer;

use super::case_access::add_case_blob;
use super::figures::keep_figures;
use super::tiles::{case_of_tile, refresh_case_top};
use super::{Connection, DbError, OptionalExtension as _, columns};

/// Adds a prediction, with its figures where they are known; it becomes the tile's latest, and the queue follows in the
/// same transaction.
pub(crate) fn insert_prediction(
    connection: &Connection,
    prediction: &PredictionOffer,
    figures: Option<&TileFigures>,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    let case_id = case_of_tile(connection, prediction.tile_id)?;
    for sha256 in [prediction.mask, prediction.uncertainty] {
        add_case_blob(connection, case_id, sha256)?;
    }
    let tile = prediction.tile_id.0;
    let prediction_id: i64 = connection
        .prepare_cached(
            "INSERT INTO predictions
               (tile_id, model_digest, mask, uncertainty, score, method, reason, created_by, created_at_us)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) RETURNING prediction_id",
        )?
        .query_row(
            (
                tile.as_bytes(),
                prediction.model_digest.as_bytes(),
                prediction.mask.as_bytes(),
                prediction.uncertainty.as_bytes(),
                prediction.score,
                &prediction.method,
                &prediction.reason,
                user_id,
                now_us,
            ),
            |row| row.get(0),
        )?;
    connection
        .prepare_cached(
            "UPDATE tiles SET prediction_id = ?2, open_score = CASE WHEN labelled = 0 THEN ?3 END, open_method = NULL
             WHERE tile_id = ?1",
        )?
        .execute((tile.as_bytes(), prediction_id, prediction.score))?;
    if let Some(figures) = figures {
        keep_figures(connection, &[(prediction_id, figures.to_bytes())])?;
    }
    refresh_case_top(connection, case_id)
}

/// The latest prediction of a tile and when it was accepted.
pub(crate) fn latest_prediction(
    connection: &Connection,
    tile_id: TileId,
) -> Result<Option<(PredictionOffer, i64)>, DbError> {
    let sql = "SELECT p.model_digest, p.mask, p.uncertainty, p.score, p.method, p.reason, p.created_at_us
               FROM tiles t JOIN predictions p ON p.prediction_id = t.prediction_id WHERE t.tile_id = ?1";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([tile_id.0.as_bytes()], |row| {
        let prediction = PredictionOffer {
            tile_id,
            model_digest: columns::hash(row, 0)?,
            mask: columns::hash(row, 1)?,
            uncertainty: columns::hash(row, 2)?,
            score: row.get(3)?,
            method: row.get(4)?,
            reason: row.get(5)?,
        };
        Ok((prediction, row.get(6)?))
    });
    found.optional()
}
