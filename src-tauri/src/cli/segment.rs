//! `fovea segment`.

use std::path::Path;

use fovea_annotation::LabelSchema;
use fovea_imaging::{GrayImage, Sidecar, Volume, encode_png_gray8, encode_png_index};
use fovea_inference::{Model, Segmentation};

use super::arguments::SegmentArguments;
use super::exit::Failure;
use super::output::Output;
use super::progress::Progress;
use super::{import, model};

pub(super) fn run(arguments: &SegmentArguments) -> Result<(), Failure> {
    let volume = import::read(&arguments.input)?;
    let model = model::load(arguments.model.as_deref())?;
    let mut output = Output::new(&arguments.out)?;
    let mut progress = Progress::new("Segmenting B-scans", volume.bscans.len());
    let stem = stem(&arguments.input);
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let image = GrayImage {
            size: bscan.size,
            pixels: bscan.pixels.clone(),
        };
        let segmentation = model
            .segment(&image, &mut |_, _| {}, &|| false)
            .map_err(Failure::environment)?;
        let name = if volume.bscans.len() == 1 {
            stem.clone()
        } else {
            format!("{stem}-{index:04}")
        };
        write(&mut output, &name, &volume, index, &segmentation, &model)?;
        progress.step();
    }
    output.keep();
    Ok(())
}

/// The input's name without folder and extension; a folder's whole name.
fn stem(input: &Path) -> String {
    let name = if input.is_dir() {
        input.file_name()
    } else {
        input.file_stem()
    };
    name.map_or_else(
        || "scan".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn write(
    output: &mut Output,
    name: &str,
    volume: &Volume,
    index: usize,
    segmentation: &Segmentation,
    model: &Model,
) -> Result<(), Failure> {
    let uncertainty = &segmentation.uncertainty;
    let mask_png = encode_png_index(&segmentation.mask).map_err(Failure::environment)?;
    let uncertainty_png =
        encode_png_gray8(uncertainty.size(), uncertainty.values()).map_err(Failure::environment)?;
    let mut report = Sidecar::of(
        volume,
        index,
        &segmentation.mask,
        &LabelSchema::oct_layers(),
    );
    report.model_digest = Some(model.digest().to_hex());
    report.score = Some(segmentation.score.clone());
    output.write(&format!("{name}.mask.png"), &mask_png)?;
    output.write(&format!("{name}.uncertainty.png"), &uncertainty_png)?;
    output.write(&format!("{name}.json"), report.to_json().as_bytes())
}
