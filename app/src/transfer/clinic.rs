//! Forms for clinics and for measuring: DICOM, and tables.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use fovea_imaging::{
    DicomExport, GridCentre, Labelled, LayerLines, SegmentAlgorithm, WriteError, boundaries_of,
    encode_dicom_height_map, encode_dicom_opt, encode_dicom_seg, etdrs_grid, layer_lines_csv,
    thickness_csv,
};

use super::forms::{Files, Form};

/// The scan as a DICOM tomogram.
pub(super) fn tomogram(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    encode_dicom_opt(labelled.volume, &export_of(labelled))
}

/// Heights of the layer borders as a table.
pub(super) fn heights(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    let lines = boundaries_of(labelled)?;
    Ok(layer_lines_csv(&lines)?.into_bytes())
}

/// Labels of a case with the scan that they refer to, as files of one folder. A scan without a pixel size has no form in
/// DICOM; its labels go alone.
pub(super) fn with_scan(labelled: &Labelled<'_>, form: Form) -> Result<Files, WriteError> {
    let labels = match form {
        Form::HeightMap => ("heights.dcm", height_map(labelled)?),
        _ => ("segmentation.dcm", segmentation(labelled)?),
    };
    let mut files = vec![labels];
    if labelled.volume.spacing_um.is_some() {
        files.push(("volume.dcm", tomogram(labelled)?));
    }
    let named = files.into_iter();
    Ok(named
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect())
}

/// The scan goes out under a name that is made of the case's id.
fn export_of(labelled: &Labelled<'_>) -> DicomExport {
    let now: DateTime<Utc> = SystemTime::now().into();
    DicomExport::of_case(labelled.volume, now.naive_utc())
}

fn algorithm() -> SegmentAlgorithm {
    SegmentAlgorithm::Semiautomatic {
        name: "Fovea".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// The labels as a DICOM Segmentation of [`tomogram`].
pub(super) fn segmentation(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    encode_dicom_seg(labelled, &export_of(labelled), &algorithm())
}

/// The layer borders as a DICOM Height Map of [`tomogram`].
pub(super) fn height_map(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    let lines: Vec<LayerLines> = boundaries_of(labelled)?
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    let export = export_of(labelled);
    encode_dicom_height_map(labelled.volume, &lines, &export, &algorithm())
}

/// The table of every A-scan, and the ETDRS sectors with what is to be known about them where a grid fits the scan; and
/// what a person should know.
pub(super) fn thickness(
    labelled: &Labelled<'_>,
    centre: GridCentre,
) -> Result<(Files, Vec<String>), WriteError> {
    let mut files = vec![("thickness.csv", thickness_csv(labelled)?)];
    let warnings = match etdrs_grid(labelled, centre) {
        Ok(grid) => {
            files.push(("etdrs.csv", grid.to_csv()?));
            files.push(("etdrs.json", grid.to_json()));
            grid.warnings
        }
        // Who names the fovea asks for the sectors.
        Err(WriteError::NoGrid { needs }) if centre == GridCentre::ScanMiddle => {
            vec![format!(
                "There is no etdrs.csv, because the ETDRS grid needs {needs}."
            )]
        }
        Err(error) => return Err(error),
    };
    let named = files.into_iter();
    let files = named
        .map(|(name, text)| (name.to_owned(), text.into_bytes()))
        .collect();
    Ok((files, warnings))
}
