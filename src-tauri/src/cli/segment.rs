//! `fovea segment`.

use std::fs;
use std::path::{Path, PathBuf};

use fovea_annotation::LabelSchema;
use fovea_imaging::{
    GrayImage, Sidecar, Staged, Volume, encode_png_gray8, encode_png_index, refuse_existing,
};
use fovea_inference::{Model, Segmentation};

use super::arguments::SegmentArguments;
use super::exit::Failure;
use super::progress::Progress;
use super::{import, model};

/// Everything appears when the last B-scan is done, or nothing, and nothing is replaced.
pub(super) fn run(arguments: &SegmentArguments) -> Result<(), Failure> {
    let volume = import::read(&arguments.input)?;
    let targets: Vec<Targets> = targets(arguments, volume.bscans.len());
    // Said before hours are spent on it.
    for path in targets.iter().flat_map(Targets::paths) {
        refuse_existing(path).map_err(Failure::unwritten)?;
    }
    let model = model::load(arguments.model.as_deref())?;
    fs::create_dir_all(&arguments.out).map_err(|reason| {
        Failure::environment(format!(
            "The folder {} cannot be made: {reason}.",
            arguments.out.display()
        ))
    })?;
    let mut written = Staged::default();
    let mut progress = Progress::new("Segmenting B-scans", volume.bscans.len());
    for (index, (bscan, targets)) in volume.bscans.iter().zip(&targets).enumerate() {
        let image = GrayImage {
            size: bscan.size,
            pixels: bscan.pixels.clone(),
        };
        let segmentation = model
            .segment(&image, &mut |_, _| {}, &|| false)
            .map_err(Failure::environment)?;
        let report = report(&volume, index, &segmentation, &model);
        write(&mut written, targets, &segmentation, &report)?;
        progress.step();
    }
    written.finish().map_err(Failure::unwritten)
}

/// The files of a B-scan.
struct Targets {
    mask: PathBuf,
    uncertainty: PathBuf,
    report: PathBuf,
}

impl Targets {
    fn paths(&self) -> [&Path; 3] {
        [&self.mask, &self.uncertainty, &self.report]
    }
}

fn targets(arguments: &SegmentArguments, bscan_count: usize) -> Vec<Targets> {
    let stem = stem(&arguments.input);
    let of_bscan = |index| {
        let name = match bscan_count {
            1 => stem.clone(),
            _ => format!("{stem}-{index:04}"),
        };
        let file = |ending: &str| arguments.out.join(format!("{name}.{ending}"));
        Targets {
            mask: file("mask.png"),
            uncertainty: file("uncertainty.png"),
            report: file("json"),
        }
    };
    (0..bscan_count).map(of_bscan).collect()
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

fn report(volume: &Volume, index: usize, segmentation: &Segmentation, model: &Model) -> Sidecar {
    let schema = LabelSchema::oct_layers();
    let mut report = Sidecar::of(volume, index, &segmentation.mask, &schema);
    report.model_digest = Some(model.digest().to_hex());
    report.score = Some(segmentation.score.clone());
    report
}

fn write(
    written: &mut Staged,
    targets: &Targets,
    segmentation: &Segmentation,
    report: &Sidecar,
) -> Result<(), Failure> {
    let uncertainty = &segmentation.uncertainty;
    let mask_png = encode_png_index(&segmentation.mask).map_err(Failure::environment)?;
    let uncertainty_png =
        encode_png_gray8(uncertainty.size(), uncertainty.values()).map_err(Failure::environment)?;
    let report = report.to_json();
    let files = [
        (&targets.mask, &mask_png[..]),
        (&targets.uncertainty, &uncertainty_png[..]),
        (&targets.report, report.as_bytes()),
    ];
    for (path, bytes) in files {
        written.file(path, bytes).map_err(Failure::unwritten)?;
    }
    Ok(())
}
