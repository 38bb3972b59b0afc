//! The score by which tiles are queued: mean of the most uncertain 5 % inside the retina band.
//!
//! A mean over the whole picture would drown a small lesion in sure background.

use crate::{LabelSchema, Mask, UncertaintyMap};
use serde::{Deserialize, Serialize};

/// How much a tile deserves a look, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TileScore {
    /// 0..=1; higher is more doubtful.
    pub score: f32,
    /// How it was computed, with its version.
    pub method: String,
    /// For a person: "entropy p95 0.61, 3 blobs".
    pub reason: String,
}

const METHOD: &str = "entropy-top5-retina/1";
/// How far the predicted retina is widened, in px, so that doubt at its borders counts.
const BAND_DILATION_PX: usize = 8;
/// A blob is a connected group of at least so many pixels at or above the tile's 95th percentile (and above 0.3).
const BLOB_PX_MIN: usize = 20;
const BLOB_FLOOR: u8 = 77;

/// Scores a tile. Where no retina was predicted the whole tile counts.
pub fn score_tile(mask: &Mask, uncertainty: &UncertaintyMap, schema: &LabelSchema) -> TileScore {
    let band = retina_band(mask, schema);
    let mut values: Vec<u8> = uncertainty
        .values()
        .iter()
        .zip(&band)
        .filter(|(_, b)| **b)
        .map(|(u, _)| *u)
        .collect();
    if values.is_empty() {
        values = uncertainty.values().to_vec();
    }
    values.sort_unstable();
    let top = &values[values.len() - values.len().div_ceil(20)..];
    let score = if top.is_empty() {
        0.0
    } else {
        top.iter().map(|v| f32::from(*v)).sum::<f32>() / top.len() as f32 / 255.0
    };
    let p95 = values
        .get(values.len().saturating_sub(1) * 95 / 100)
        .copied()
        .unwrap_or(0);
    let blobs = count_blobs(uncertainty, &band, p95.max(BLOB_FLOOR));
    let noun = if blobs == 1 { "blob" } else { "blobs" };
    TileScore {
        score,
        method: METHOD.into(),
        reason: format!("entropy p95 {:.2}, {blobs} {noun}", f32::from(p95) / 255.0),
    }
}

/// Pixels of the predicted layers, widened up and down; all pixels when there is no layer.
fn retina_band(mask: &Mask, schema: &LabelSchema) -> Vec<bool> {
    let mut is_layer = [false; 256];
    schema
        .layer_indices()
        .for_each(|i| is_layer[usize::from(i)] = true);
    let (width, height) = (mask.size().width as usize, mask.size().height as usize);
    let mut band = vec![false; mask.size().len()];
    for x in 0..width {
        let mut column =
            (0..height).filter(|y| is_layer[usize::from(mask.classes()[y * width + x])]);
        if let Some(top) = column.next() {
            let bottom = column.next_back().unwrap_or(top);
            for y in
                top.saturating_sub(BAND_DILATION_PX)..(bottom + BAND_DILATION_PX + 1).min(height)
            {
                band[y * width + x] = true;
            }
        }
    }
    if !band.contains(&true) {
        band.fill(true);
    }
    band
}

/// Connected groups (4 neighbours) of pixels at or above `threshold` inside the band.
fn count_blobs(uncertainty: &UncertaintyMap, band: &[bool], threshold: u8) -> usize {
    let (width, values) = (uncertainty.size().width as usize, uncertainty.values());
    let mut open: Vec<bool> = values
        .iter()
        .zip(band)
        .map(|(v, b)| *b && *v >= threshold)
        .collect();
    let (mut blobs, mut stack) = (0, Vec::new());
    for start in 0..open.len() {
        if !std::mem::take(&mut open[start]) {
            continue;
        }
        stack.push(start);
        let mut len = 0;
        while let Some(at) = stack.pop() {
            len += 1;
            let x = at % width;
            let neighbours = [
                (x > 0).then(|| at - 1),
                (x + 1 < width).then_some(at + 1),
                at.checked_sub(width),
                Some(at + width).filter(|n| *n < open.len()),
            ];
            for next in neighbours.into_iter().flatten() {
                if std::mem::take(&mut open[next]) {
                    stack.push(next);
                }
            }
        }
        blobs += usize::from(len >= BLOB_PX_MIN);
    }
    blobs
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;

    fn tile(height_of_band: u32) -> (Mask, SizePx) {
        let size = SizePx::new(100, 100);
        let classes = (0..size.len()).map(|i| {
            if (40..40 + height_of_band as usize).contains(&(i / 100)) {
                7
            } else {
                0
            }
        });
        (Mask::new(size, classes.collect()).expect("length"), size)
    }

    #[test]
    fn doubt_outside_the_retina_does_not_count_and_a_small_lesion_does() {
        let schema = LabelSchema::oct_layers();
        let (mask, size) = tile(20);
        let mut values = vec![0_u8; size.len()];
        values[..1000].fill(255);
        let outside = score_tile(
            &mask,
            &UncertaintyMap::new(size, values.clone()).expect("length"),
            &schema,
        );
        assert_eq!(outside.score, 0.0);
        for y in 45..55 {
            values[y * 100 + 30..y * 100 + 42].fill(255);
        }
        let lesion = score_tile(
            &mask,
            &UncertaintyMap::new(size, values).expect("length"),
            &schema,
        );
        // 120 of 3,600 band pixels at 1; the top 5 % are 180.
        assert!((lesion.score - 120.0 / 180.0).abs() < 1e-6, "{lesion:?}");
        assert_eq!(lesion.reason, "entropy p95 0.00, 1 blob");
    }

    #[test]
    fn without_a_retina_the_whole_tile_counts() {
        let (mask, size) = tile(0);
        let sure = UncertaintyMap::new(size, vec![51; size.len()]).expect("length");
        assert!((score_tile(&mask, &sure, &LabelSchema::oct_layers()).score - 0.2).abs() < 1e-6);
        let none = SizePx::new(0, 0);
        let empty = UncertaintyMap::new(none, Vec::new()).expect("empty");
        assert_eq!(
            score_tile(&Mask::background(none), &empty, &LabelSchema::oct_layers()).score,
            0.0
        );
    }
}
