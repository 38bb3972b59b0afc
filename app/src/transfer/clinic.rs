//! Forms for clinics and for measuring: DICOM, eyelab, and tables.

use fovea_imaging::{
    GridCentre, Labelled, boundaries_of, etdrs_grid, eyelab_bytes, layer_lines_csv, thickness_csv,
};

use super::forms::{Form, Parts};
use super::words::sentence;

pub(super) fn parts(labelled: &Labelled<'_>, form: Form) -> Result<Parts, String> {
    Ok(match form {
        Form::Eye => Parts::File(eyelab_bytes(labelled).map_err(sentence)?),
        Form::HeightsCsv => {
            let lines = boundaries_of(labelled).map_err(sentence)?;
            Parts::File(layer_lines_csv(&lines).map_err(sentence)?.into_bytes())
        }
        Form::ThicknessCsv => Parts::Folder(thickness(labelled)?),
        other => return Err(format!("{other:?} is not written yet.")),
    })
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
