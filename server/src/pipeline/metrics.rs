//! Areas, volumes, thickness and doubt of a segmented case.

use bytes::Bytes;
use fovea_annotation::{CaseId, ContentHash, LabelSchema, Mask, mask_from_payload};
use fovea_geometry::SpacingUm;
use fovea_imaging::{Budget, GrayImage, decode_png_gray8};
use serde::Serialize;

use super::documents::{self, Document, SegmentationDocument, SegmentedTile};
use super::histogram::{Histogram, Summary};
use super::metrics_csv::{self, TileAreas};
use super::thickness::{LayerThickness, Thickness};
use super::{StepContext, StepError};
use crate::busy_work::off_thread;
use crate::db::Artifact;

/// Written by metrics.
#[derive(Debug, Serialize)]
struct MetricsDocument {
    format: &'static str,
    case_id: CaseId,
    model_digest: ContentHash,
    schema: String,
    spacing_um: Option<SpacingUm>,
    tiles: usize,
    pixels: u64,
    classes: Vec<ClassFigure>,
    thickness: Vec<LayerThickness>,
    /// Normalised entropy of the pixels, 0..=1.
    uncertainty: Option<Summary>,
    score: ScoreFigure,
}

impl Document for MetricsDocument {
    const NAME: &'static str = "metrics.json";
    const KIND: &'static str = "metrics";
}

/// How much of the case a class covers.
#[derive(Debug, Serialize)]
struct ClassFigure {
    index: u8,
    name: String,
    area_px: u64,
    /// Summed over the B-scans, where the size of a pixel is known.
    area_mm2: Option<f64>,
    /// Where the distance of the B-scans is known too.
    volume_mm3: Option<f64>,
}

/// Scores of the tiles.
#[derive(Debug, Serialize)]
struct ScoreFigure {
    mean: f64,
    max: f64,
    /// B-scan with the highest score.
    max_bscan_index: Option<u32>,
}

/// What is counted over the tiles.
struct Sums {
    schema: LabelSchema,
    area_px: Vec<u64>,
    thickness: Thickness,
    uncertainty: Histogram,
    rows: Vec<TileAreas>,
}

pub(super) async fn run(context: &StepContext) -> Result<Vec<Artifact>, StepError> {
    let input: SegmentationDocument = documents::read(context).await?;
    let schema = LabelSchema::oct_layers();
    let mut sums = Sums {
        area_px: vec![0; schema.len()],
        thickness: Thickness::new(&schema),
        uncertainty: Histogram::default(),
        rows: Vec::with_capacity(input.tiles.len()),
        schema,
    };
    context.told(0, input.tiles.len());
    for (at, tile) in input.tiles.iter().enumerate() {
        let mask = context.blob(tile.mask, "artifact_damaged", "a mask of this run");
        let mask = mask.await?;
        let map = context.blob(
            tile.uncertainty,
            "artifact_damaged",
            "an uncertainty map of this run",
        );
        let map = map.await?;
        let bscan_index = tile.bscan_index;
        let add = move || {
            sums.add(bscan_index, &mask, &map)?;
            Some(sums)
        };
        sums = off_thread(add).await?.ok_or_else(|| {
            StepError::for_good("artifact_damaged", "a mask or uncertainty map of this run is damaged; ask for a retry, which makes it anew")
        })?;
        context.told(at + 1, input.tiles.len());
    }
    let csv = metrics_csv::table(&sums.schema, &sums.rows, input.spacing_um);
    let document = sums.finish(&input);
    Ok(vec![
        documents::store(
            context,
            "metrics.csv",
            "metrics",
            "text/csv",
            csv.into_bytes(),
        )
        .await?,
        documents::write(context, &document).await?,
    ])
}

impl Sums {
    /// Adds a tile; `None` when its mask or map is damaged.
    fn add(&mut self, bscan_index: u32, mask: &Bytes, map: &Bytes) -> Option<()> {
        let mask: Mask = mask_from_payload(mask).ok()?;
        let map: GrayImage = decode_png_gray8(map, &Budget::default()).ok()?;
        let mut area_px = vec![0_u64; self.schema.len()];
        for class in mask.classes() {
            *area_px.get_mut(usize::from(*class))? += 1;
        }
        for (sum, area) in self.area_px.iter_mut().zip(&area_px) {
            *sum += area;
        }
        for value in &map.pixels {
            self.uncertainty.add(usize::from(*value), 1);
        }
        self.thickness.add(&mask);
        self.rows.push(TileAreas {
            bscan_index,
            area_px,
        });
        Some(())
    }

    fn finish(self, input: &SegmentationDocument) -> MetricsDocument {
        let pixel_mm2 = input.spacing_um.map(SpacingUm::pixel_area_mm2);
        // The distance between B-scans means nothing where there is one.
        let voxel_mm3 = input.spacing_um.filter(|_| input.tiles.len() > 1);
        let voxel_mm3 = voxel_mm3.map(|spacing| spacing.pixel_area_mm2() * spacing.z * 1e-3);
        let classes = self.schema.classes.iter().zip(&self.area_px);
        let classes = classes.map(|(class, area_px)| ClassFigure {
            index: class.index,
            name: class.name.clone(),
            area_px: *area_px,
            area_mm2: pixel_mm2.map(|mm2| *area_px as f64 * mm2),
            volume_mm3: voxel_mm3.map(|mm3| *area_px as f64 * mm3),
        });
        MetricsDocument {
            format: "fovea.run-metrics/1",
            case_id: input.case_id,
            model_digest: input.model_digest,
            schema: input.schema.clone(),
            spacing_um: input.spacing_um,
            tiles: input.tiles.len(),
            pixels: self.area_px.iter().sum(),
            classes: classes.collect(),
            thickness: self
                .thickness
                .finish(input.spacing_um.map(|spacing| spacing.y)),
            uncertainty: self.uncertainty.summary(1.0 / 255.0),
            score: scores(&input.tiles),
        }
    }
}

fn scores(tiles: &[SegmentedTile]) -> ScoreFigure {
    let sum: f64 = tiles.iter().map(|tile| f64::from(tile.score)).sum();
    // Of equal scores the first B-scan counts.
    let highest = tiles
        .iter()
        .rev()
        .max_by(|a, b| a.score.total_cmp(&b.score));
    ScoreFigure {
        mean: sum / tiles.len().max(1) as f64,
        max: highest.map_or(0.0, |tile| f64::from(tile.score)),
        max_bscan_index: highest.map(|tile| tile.bscan_index),
    }
}
