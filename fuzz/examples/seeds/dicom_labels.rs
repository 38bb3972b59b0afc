//! DICOM Segmentation and Height Map Segmentation of two B-scans of 5×3 px.

use chrono::NaiveDateTime;
use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Bscan, DicomExport, Labelled, LayerLine, LayerLines, ScanPattern, SegmentAlgorithm,
    SourceFormat, Volume, encode_dicom_height_map, encode_dicom_seg,
};

use crate::{Outcome, seed};

pub(crate) fn write() -> Outcome<()> {
    let size = SizePx::new(5, 3);
    let bscan = || Bscan::new(size, vec![9; 15]);
    let mut volume = Volume::of_bscans(vec![bscan(), bscan()], SourceFormat::Phantom);
    volume.spacing_um = SpacingUm::new(10.0, 4.0, 100.0);
    volume.pattern = ScanPattern::Raster;
    let export = DicomExport {
        pseudonym: "SEED".to_owned(),
        written_at: NaiveDateTime::default(),
    };
    let first = Mask::new(size, vec![1, 0, 0, 0, 0, 5, 5, 5, 0, 0, 0, 0, 0, 0, 5])?;
    let second = Mask::new(size, vec![0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])?;
    let labelled = Labelled {
        volume: &volume,
        masks: &[Some(first), Some(second)],
        schema: &LabelSchema::oct_layers(),
    };
    let algorithm = SegmentAlgorithm::Manual;
    let bytes = encode_dicom_seg(&labelled, &export, &algorithm)?;
    seed("dicom_seg", "binary", &bytes)?;
    let line = |name: &str, y: f32| LayerLine {
        name: name.to_owned(),
        y_px: vec![y, 0.5, f32::NAN, 2.0, 3.0],
    };
    let lines = LayerLines {
        lines: vec![line("ILM", 0.0), line("BM", 1.5)],
    };
    let bytes = encode_dicom_height_map(
        &volume,
        &[lines, LayerLines::default()],
        &export,
        &algorithm,
    )?;
    seed("dicom_seg", "height_map", &bytes)
}
