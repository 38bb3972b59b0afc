//! The score by which tiles are queued: mean of the most uncertain 5 % inside the retina band.
//!
//! A mean over the whole picture would drown a small lesion in sure background.

use crate::{LabelSchema, Mask, TileFigures, UncertaintyMap};
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

/// Number of the way in which [`score_figures`] computes; the numbers before it are those of former programs.
pub const SCORE_METHOD: u32 = METHODS.len() as u32;
/// Names of all ways there were, by number from 1 on. A new definition of the score is added at the end.
const METHODS: [&str; 1] = ["entropy-top5-retina/1"];
/// Up to here every whole number is an `f32`.
const WHOLE_MAX: u64 = 1 << 24;

/// Name of a way to compute the score, by its number.
pub fn score_method_name(number: u32) -> Option<&'static str> {
    METHODS.get((number as usize).checked_sub(1)?).copied()
}

/// Scores a tile. Where no retina was predicted the whole tile counts.
pub fn score_tile(mask: &Mask, uncertainty: &UncertaintyMap, schema: &LabelSchema) -> TileScore {
    score_figures(&TileFigures::measure(mask, uncertainty, schema))
}

/// Scores a tile by its figures.
pub fn score_figures(figures: &TileFigures) -> TileScore {
    TileScore {
        score: mean_of_top(figures),
        method: METHODS[METHODS.len() - 1].into(),
        reason: score_reason(figures),
    }
}

/// The score of [`score_figures`] alone.
pub fn mean_of_top(figures: &TileFigures) -> f32 {
    let wanted = figures.len().div_ceil(20);
    if wanted == 0 {
        return 0.0;
    }
    let sum: u64 = figures
        .top(wanted)
        .map(|(value, count)| u64::from(value) * count)
        .sum();
    let sum = match sum <= WHOLE_MAX {
        true => sum as f32,
        // Pictures of many megapixels: rounded at each pixel, from the least doubtful on, as scores always were.
        false => rounded_sum(figures, wanted),
    };
    sum / wanted as f32 / 255.0
}

fn rounded_sum(figures: &TileFigures, wanted: u64) -> f32 {
    let mut top: Vec<(u8, u64)> = figures.top(wanted).collect();
    top.reverse();
    let pixels = top
        .into_iter()
        .flat_map(|(value, count)| (0..count).map(move |_| f32::from(value)));
    pixels.sum()
}

/// The reason of [`score_figures`], for a person.
pub fn score_reason(figures: &TileFigures) -> String {
    let (p95, blobs) = (f32::from(figures.p95()) / 255.0, figures.blobs());
    let noun = if blobs == 1 { "blob" } else { "blobs" };
    format!("entropy p95 {p95:.2}, {blobs} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;

    /// The score as it was defined before there were figures: pixel by pixel, in order of size.
    fn by_pixels(mut values: Vec<u8>) -> (f32, u8) {
        values.sort_unstable();
        let top = &values[values.len() - values.len().div_ceil(20)..];
        let score = match top.len() {
            0 => 0.0,
            len => top.iter().map(|v| f32::from(*v)).sum::<f32>() / len as f32 / 255.0,
        };
        let p95 = values.get(values.len().saturating_sub(1) * 95 / 100);
        (score, p95.copied().unwrap_or(0))
    }

    fn check_against_pixels(values: Vec<u8>) {
        let size = SizePx::new(values.len() as u32, 1);
        let map = UncertaintyMap::new(size, values.clone()).expect("length");
        let schema = LabelSchema::oct_layers();
        let figures = TileFigures::measure(&Mask::background(size), &map, &schema);
        let kept = TileFigures::from_bytes(&figures.to_bytes()).expect("reads");
        let (score, p95) = by_pixels(values);
        assert_eq!(score_figures(&kept).score.to_bits(), score.to_bits());
        assert_eq!(kept.p95(), p95);
        assert_eq!(
            score_figures(&kept),
            score_tile(&Mask::background(size), &map, &schema)
        );
    }

    proptest::proptest! {
        #[test]
        fn figures_give_the_score_of_the_pixels_to_the_last_bit(
            values in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..3_000)
        ) {
            check_against_pixels(values);
        }
    }

    #[test]
    fn so_do_those_of_a_picture_whose_sum_is_rounded() {
        let values =
            (0..(1 << 21)).map(|at: u32| 200 + (at.wrapping_mul(2_654_435_761) >> 27) as u8);
        check_against_pixels(values.collect());
    }

    #[test]
    fn ways_to_score_have_names() {
        assert_eq!(
            score_method_name(SCORE_METHOD),
            Some("entropy-top5-retina/1")
        );
        assert_eq!([0, SCORE_METHOD + 1].map(score_method_name), [None; 2]);
    }

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
