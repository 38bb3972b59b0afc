//! The model's mask and uncertainty of every picture; each becomes the tile's latest prediction, as if it had been pushed.

use std::collections::{HashMap, VecDeque};

use fovea_annotation::{LabelSchema, TileFigures, mask_to_payload};
use fovea_imaging::{Budget, GrayImage, decode_png_gray8, encode_png_gray8};
use fovea_inference::{SegmentError, Segmentation};
use fovea_protocol::PredictionOffer;

use super::documents::{self, CheckedTile, SegmentationDocument, SegmentedTile, TilesDocument};
use super::{ModelRunner, StepContext, StepError};
use crate::busy_work::off_thread;
use crate::db::{Artifact, Connection, DbError};
use crate::ops::{Applied, apply_prediction};
use crate::orchestrator::{Hold, LeaseClock, Moment, heartbeat};

/// Pictures at the model at once: one in hand and one that waits, so that it never idles.
const IN_FLIGHT_MAX: usize = 2;
/// Predictions of one transaction.
const GROUP_LEN: usize = 32;

pub(super) async fn run(
    context: &StepContext,
    model: &mut ModelRunner,
) -> Result<Vec<Artifact>, StepError> {
    let digest = context.claim.run.manifest.model_digest;
    let input: TilesDocument = documents::read(context).await?;
    context.told(0, input.tiles.len());
    model.load(digest).await?;
    let mut segmented = Vec::with_capacity(input.tiles.len());
    let mut unregistered = Vec::with_capacity(GROUP_LEN);
    let mut waiting: VecDeque<&CheckedTile> = input.tiles.iter().collect();
    let mut in_flight: HashMap<u64, &CheckedTile> = HashMap::new();
    while segmented.len() < input.tiles.len() {
        while in_flight.len() < IN_FLIGHT_MAX
            && let Some(tile) = waiting.pop_front()
        {
            let id = model.submit(picture(context, tile).await?)?;
            in_flight.insert(id, tile);
        }
        let (id, answer) = model.answer().await?;
        // Answers to a step before belong to nobody.
        let Some(tile) = in_flight.remove(&id) else {
            continue;
        };
        let segmentation = answer.map_err(|error| explain(tile, &error))?;
        let figures = segmentation.figures.clone();
        let tile = keep(context, tile, *segmentation).await?;
        unregistered.push((tile.clone(), figures));
        segmented.push(tile);
        context.told(segmented.len(), input.tiles.len());
        if segmented.len() == input.tiles.len() || unregistered.len() >= GROUP_LEN {
            register(context, std::mem::take(&mut unregistered)).await?;
        }
    }
    let document = SegmentationDocument {
        format: SegmentationDocument::FORMAT.to_owned(),
        case_id: input.case_id,
        spacing_um: input.spacing_um,
        model_digest: digest,
        schema: LabelSchema::OCT_LAYERS_ID.to_owned(),
        tiles: segmented,
    };
    Ok(vec![documents::write(context, &document).await?])
}

async fn picture(context: &StepContext, tile: &CheckedTile) -> Result<GrayImage, StepError> {
    let what = format!("the picture of B-scan {}", tile.bscan_index);
    let bytes = context.blob(tile.raw, "input_missing", &what).await?;
    let decoded = off_thread(move || decode_png_gray8(&bytes, &Budget::default())).await?;
    decoded.map_err(|_| {
        let detail = format!("{what} cannot be decoded; register the case again");
        StepError::for_good("input_invalid", detail)
    })
}

/// Stores mask and uncertainty of a picture.
async fn keep(
    context: &StepContext,
    tile: &CheckedTile,
    segmentation: Segmentation,
) -> Result<SegmentedTile, StepError> {
    let Segmentation {
        mask,
        uncertainty,
        score,
        ..
    } = segmentation;
    let encode = move || {
        let png = encode_png_gray8(uncertainty.size(), uncertainty.values());
        Some((mask_to_payload(&mask).ok()?, png.ok()?))
    };
    let (mask, uncertainty) = off_thread(encode).await?.ok_or_else(|| {
        StepError::for_now(
            "encode",
            "a mask could not be compressed; see the memory of the worker",
        )
    })?;
    Ok(SegmentedTile {
        tile_id: tile.tile_id,
        bscan_index: tile.bscan_index,
        mask: context.store(mask).await?,
        uncertainty: context.store(uncertainty).await?,
        score: score.score,
        method: score.method,
        reason: score.reason,
    })
}

/// Registers predictions, if the step is still in the hands of this worker.
async fn register(
    context: &StepContext,
    tiles: Vec<(SegmentedTile, TileFigures)>,
) -> Result<(), StepError> {
    let backend = &context.backend;
    let (clock, timing) = (LeaseClock::new(backend.clock.clone()), backend.timing);
    let (claim, progress) = (context.claim.clone(), *context.progress.borrow());
    let account = context.claim.owner.clone();
    let write = move |connection: &Connection| {
        let now_us = clock.now_us(connection)?;
        let timing = &timing;
        if heartbeat(connection, &claim, progress, Moment { now_us, timing })? == Hold::Lost {
            return Ok(Hold::Lost);
        }
        let by = Applied { account, now_us };
        for (tile, figures) in tiles {
            let offer = PredictionOffer {
                tile_id: tile.tile_id,
                model_digest: claim.run.manifest.model_digest,
                mask: tile.mask,
                uncertainty: tile.uncertainty,
                score: tile.score,
                method: tile.method,
                reason: tile.reason,
            };
            apply_prediction(connection, &by, &offer, Some(&figures))?;
        }
        Ok::<_, DbError>(Hold::Held)
    };
    match backend.db.write(write).await? {
        Hold::Held => {
            backend.db.announce_changes();
            Ok(())
        }
        Hold::Lost => Err(StepError::Lost),
    }
}

fn explain(tile: &CheckedTile, error: &SegmentError) -> StepError {
    let detail = format!("B-scan {}: {error}", tile.bscan_index);
    match error {
        SegmentError::Device { .. } | SegmentError::Cancelled => {
            StepError::for_now("model_failed", detail)
        }
        _ => StepError::for_good("input_invalid", detail),
    }
}
