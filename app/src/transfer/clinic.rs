//! Forms for clinics and for measuring: DICOM, eyelab, and tables.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use fovea_imaging::{
    DicomExport, GridCentre, Labelled, LayerLines, SegmentAlgorithm, boundaries_of,
    encode_dicom_height_map, encode_dicom_opt, encode_dicom_seg, etdrs_grid, eyelab_bytes,
    layer_lines_csv, thickness_csv,
};

use super::forms::{Form, Parts};
use super::words::sentence;

pub(super) fn parts(labelled: &Labelled<'_>, form: Form) -> Result<Parts, String> {
    Ok(match form {
        Form::Dicom => {
            let export = export_of(labelled);
            Parts::File(encode_dicom_opt(labelled.volume, &export).map_err(sentence)?)
        }
        Form::DicomSeg => Parts::File(segmentation(labelled)?),
        Form::HeightMap => Parts::File(height_map(labelled)?),
        Form::Eye => Parts::File(eyelab_bytes(labelled).map_err(sentence)?),
        Form::HeightsCsv => {
            let lines = boundaries_of(labelled).map_err(sentence)?;
            Parts::File(layer_lines_csv(&lines).map_err(sentence)?.into_bytes())
        }
        Form::ThicknessCsv => Parts::Folder(thickness(labelled)?),
        Form::Png | Form::Tiff | Form::Nifti | Form::MetaImage | Form::Folder | Form::Coco => {
            return Err("This form is written elsewhere.".to_owned());
        }
    })
}

/// Labels of a case with the scan that they refer to, as files of one folder. A scan without a pixel size has no form in
/// DICOM; its labels go alone.
pub(super) fn with_scan(
    labelled: &Labelled<'_>,
    form: Form,
) -> Result<Vec<(String, Vec<u8>)>, String> {
    let labels = match form {
        Form::HeightMap => ("heights.dcm", height_map(labelled)?),
        _ => ("segmentation.dcm", segmentation(labelled)?),
    };
    let mut files = vec![labels];
    if labelled.volume.spacing_um.is_some() {
        let scan = encode_dicom_opt(labelled.volume, &export_of(labelled)).map_err(sentence)?;
        files.push(("volume.dcm", scan));
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

fn segmentation(labelled: &Labelled<'_>) -> Result<Vec<u8>, String> {
    encode_dicom_seg(labelled, &export_of(labelled), &algorithm()).map_err(sentence)
}

fn height_map(labelled: &Labelled<'_>) -> Result<Vec<u8>, String> {
    let lines: Vec<LayerLines> = boundaries_of(labelled)
        .map_err(sentence)?
        .into_iter()
        .map(Option::unwrap_or_default)
        .collect();
    let export = export_of(labelled);
    encode_dicom_height_map(labelled.volume, &lines, &export, &algorithm()).map_err(sentence)
}

/// The table of every A-scan, and the ETDRS sectors where the volume covers a grid.
fn thickness(labelled: &Labelled<'_>) -> Result<Vec<(String, Vec<u8>)>, String> {
    let table = thickness_csv(labelled).map_err(sentence)?;
    let mut files = vec![("thickness.csv".to_owned(), table.into_bytes())];
    if labelled.volume.bscans.len() > 1 {
        let grid = etdrs_grid(labelled, GridCentre::ScanMiddle).map_err(sentence)?;
        let sectors = grid.to_csv().map_err(sentence)?;
        files.push(("etdrs.csv".to_owned(), sectors.into_bytes()));
    }
    Ok(files)
}
