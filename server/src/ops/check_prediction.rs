//! Checking an offered prediction.

use fovea_protocol::PredictionOffer;

use super::known::Known;
use super::masks::{blob_or_rejection, checked_mask};
use super::png_header::gray8_png_size;
use super::rejection::{Rejection, Stop};
use crate::backend::Backend;

const METHOD_LEN_MAX: usize = 64;
const REASON_LEN_MAX: usize = 200;

/// Checks a prediction, its mask and its uncertainty map.
pub(super) async fn check_prediction(
    backend: &Backend,
    known: &Known,
    prediction: &PredictionOffer,
) -> Result<(), Stop> {
    if !(0.0..=1.0).contains(&prediction.score) {
        return Err(Rejection::for_good(
            "prediction_invalid",
            "the score of a prediction lies in 0..=1",
        )
        .into());
    }
    if prediction.method.len() > METHOD_LEN_MAX || prediction.reason.len() > REASON_LEN_MAX {
        let detail = format!(
            "method and reason of a prediction have at most {METHOD_LEN_MAX} and {REASON_LEN_MAX} bytes"
        );
        return Err(Rejection::for_good("prediction_invalid", detail).into());
    }
    let size = known.tile_size(backend, prediction.tile_id).await?;
    checked_mask(backend, prediction.mask, size).await?;
    let map = blob_or_rejection(backend, prediction.uncertainty, "uncertainty map").await?;
    match gray8_png_size(&map) == Some(size) {
        true => Ok(()),
        false => {
            let detail = "the uncertainty map is no 8-bit gray PNG of the tile's size";
            Err(Rejection::for_good("prediction_invalid", detail).into())
        }
    }
}
