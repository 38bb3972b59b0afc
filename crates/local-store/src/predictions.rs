//! What models said about tiles. Insert-only; the newest counts.

use fovea_annotation::{ContentHash, LabelVersion, Mask, TileId, TileScore, VersionKind};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::outbox::{self, Subject};
use crate::saving::{self, Draft};
use crate::{Result, Store, StoreError, blobs, journal, sql, tiles, versions};

/// A prediction to be stored.
#[derive(Clone, Debug)]
pub struct NewPrediction<'a> {
    /// The tile.
    pub tile_id: TileId,
    /// SHA-256 of the model file.
    pub model_digest: ContentHash,
    /// The predicted label.
    pub mask: &'a Mask,
    /// The uncertainty map as an 8-bit gray PNG.
    pub uncertainty_png: &'a [u8],
    /// How doubtful the tile is, and why.
    pub score: &'a TileScore,
}

/// A prediction as the store holds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictionRecord {
    /// The tile.
    pub tile_id: TileId,
    /// SHA-256 of the model file.
    pub model_digest: ContentHash,
    /// Blob of the predicted mask, a mask payload.
    pub mask: ContentHash,
    /// Blob of the uncertainty map, an 8-bit gray PNG.
    pub uncertainty: ContentHash,
    /// How doubtful the tile is, and why.
    pub score: TileScore,
    /// When it was made.
    pub made_at_us: i64,
}

/// What became of a prediction.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPrediction {
    /// The prediction.
    pub prediction: PredictionRecord,
    /// The version that the prediction became. `None` when the tile holds a person's work, which stays in place.
    pub version: Option<LabelVersion>,
}

impl Store {
    /// Stores a prediction and queues it. On a tile without a person's work it also becomes the
    /// next label version.
    pub fn store_prediction(&mut self, new: &NewPrediction<'_>) -> Result<StoredPrediction> {
        let payload = saving::encode(new.mask)?;
        let now_us = self.now_us();
        self.write(|tx| {
            if tiles::require_tile(tx, new.tile_id)?.size != new.mask.size() {
                return Err(StoreError::refused(
                    "prediction",
                    "it is not of the size of its tile",
                ));
            }
            let prediction = PredictionRecord {
                tile_id: new.tile_id,
                model_digest: new.model_digest,
                mask: blobs::put(tx, &payload)?,
                uncertainty: blobs::put(tx, new.uncertainty_png)?,
                score: new.score.clone(),
                made_at_us: now_us,
            };
            insert(tx, &prediction)?;
            let version = adopt(tx, &prediction, new.mask, now_us)?;
            Ok(StoredPrediction {
                prediction,
                version,
            })
        })
    }
}

/// Makes the prediction the tile's label where that replaces nobody's work.
fn adopt(
    tx: &Connection,
    made: &PredictionRecord,
    mask: &Mask,
    now_us: i64,
) -> Result<Option<LabelVersion>> {
    let working = versions::working(tx, made.tile_id)?;
    let unsaved =
        journal::last_seq(tx, made.tile_id)? > working.as_ref().map_or(0, |w| w.saved_seq);
    let by_a_person = working
        .as_ref()
        .is_some_and(|w| w.version.kind != VersionKind::Model);
    let heads = versions::heads(tx, made.tile_id)?;
    let elsewhere = heads
        .iter()
        .any(|head| working.as_ref().is_none_or(|w| w.version.id != *head));
    if unsaved || by_a_person || elsewhere {
        return Ok(None);
    }
    let parent = working.map(|working| working.version);
    if let Some(same) = parent.as_ref().filter(|parent| parent.payload == made.mask) {
        return Ok(Some(same.clone()));
    }
    let draft = Draft {
        tile_id: made.tile_id,
        payload: made.mask,
        parent,
        kind: VersionKind::Model,
        author: &format!("model:{}", made.model_digest),
        comment: "",
    };
    let version = draft.record(tx, mask, now_us)?;
    saving::rebase(tx, made.tile_id, version.id, now_us)?;
    Ok(Some(version))
}

fn insert(tx: &Connection, made: &PredictionRecord) -> Result<()> {
    let id = ContentHash::of_parts(&[
        b"fovea.prediction/1",
        made.tile_id.0.as_bytes(),
        made.model_digest.as_bytes(),
        made.mask.as_bytes(),
        made.uncertainty.as_bytes(),
        made.score.method.as_bytes(),
    ]);
    let sql = "INSERT INTO predictions (prediction_id, tile_id, model_digest, mask_sha256, uncertainty_sha256, score,
                 method, reason, made_at_us)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (prediction_id) DO NOTHING";
    let added = tx.prepare_cached(sql)?.execute(params![
        id.as_bytes(),
        made.tile_id.0.as_bytes(),
        made.model_digest.as_bytes(),
        made.mask.as_bytes(),
        made.uncertainty.as_bytes(),
        made.score.score,
        made.score.method,
        made.score.reason,
        made.made_at_us
    ])?;
    // The same model on the same tile says the same: nothing new to tell.
    if added == 1 {
        outbox::enqueue(
            tx,
            Subject::Prediction {
                tile_id: made.tile_id,
                id,
            },
        )
    } else {
        Ok(())
    }
}

const PREDICTION_SQL: &str =
    "SELECT tile_id, model_digest, mask_sha256, uncertainty_sha256, score, method, reason,
    made_at_us FROM predictions";

fn prediction_row(row: &Row<'_>) -> rusqlite::Result<PredictionRecord> {
    Ok(PredictionRecord {
        tile_id: sql::tile_id(row, 0)?,
        model_digest: sql::hash(row, 1)?,
        mask: sql::hash(row, 2)?,
        uncertainty: sql::hash(row, 3)?,
        score: TileScore {
            score: row.get(4)?,
            method: row.get(5)?,
            reason: row.get(6)?,
        },
        made_at_us: row.get(7)?,
    })
}

pub(crate) fn newest(conn: &Connection, tile_id: TileId) -> Result<Option<PredictionRecord>> {
    let mut statement = conn.prepare_cached(&format!(
        "{PREDICTION_SQL} WHERE tile_id = ?1 ORDER BY seq DESC LIMIT 1"
    ))?;
    Ok(statement
        .query_row([tile_id.0.as_bytes()], prediction_row)
        .optional()?)
}

pub(crate) fn require(conn: &Connection, id: ContentHash) -> Result<PredictionRecord> {
    let mut statement =
        conn.prepare_cached(&format!("{PREDICTION_SQL} WHERE prediction_id = ?1"))?;
    let found = statement
        .query_row([id.as_bytes()], prediction_row)
        .optional()?;
    found.ok_or_else(|| StoreError::missing("prediction", id))
}

/// The newest prediction of each tile whose score is above `threshold`.
pub(crate) fn above(conn: &Connection, threshold: f32) -> Result<Vec<PredictionRecord>> {
    let newest = "seq IN (SELECT max(seq) FROM predictions GROUP BY tile_id)";
    let mut statement =
        conn.prepare_cached(&format!("{PREDICTION_SQL} WHERE {newest} AND score > ?1"))?;
    let rows = statement.query_map([threshold], prediction_row)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}
