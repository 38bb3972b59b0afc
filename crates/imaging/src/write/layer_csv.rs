//! Heights of layer lines as CSV, for spreadsheets and for [`crate::read_labels_bytes`].

use std::io;

use super::Labelled;
use crate::{LayerLines, WriteError};

/// The boundaries of each labelled B-scan; `None` for one without a label.
pub fn boundaries_of(labelled: &Labelled<'_>) -> Result<Vec<Option<LayerLines>>, WriteError> {
    let bscans = labelled.volume.bscans.iter().enumerate();
    bscans
        .map(|(index, bscan)| {
            let mask = labelled.masks.get(index).and_then(Option::as_ref);
            let Some(mask) = mask else { return Ok(None) };
            super::same_size(bscan.size, mask)?;
            Ok(Some(LayerLines::of_mask(mask, labelled.schema)))
        })
        .collect()
}

/// One row per A-scan of each B-scan that has lines: `bscan`, `ascan` (both from 0), then the height of each boundary
/// in px from the top edge of the picture, as the shortest decimal that is the same number; empty where it is absent.
/// Columns are the names of all B-scans in the order in which they are met.
pub fn layer_lines_csv(bscans: &[Option<LayerLines>]) -> Result<String, WriteError> {
    let mut names: Vec<&str> = Vec::new();
    for line in bscans.iter().flatten().flat_map(|lines| &lines.lines) {
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    let header = ["bscan", "ascan"].into_iter().chain(names.iter().copied());
    let mut table = Table::new(header)?;
    for (bscan, lines) in bscans.iter().enumerate() {
        let Some(lines) = lines else { continue };
        let lines: Vec<_> = names.iter().map(|name| lines.get(name)).collect();
        let width = lines.iter().flatten().map(|line| line.y_px.len()).max();
        for ascan in 0..width.unwrap_or_default() {
            let height = |line: &Option<&crate::LayerLine>| {
                let y_px = line.and_then(|line| line.y_px.get(ascan));
                let y_px = y_px.filter(|y_px| y_px.is_finite());
                y_px.map(f32::to_string).unwrap_or_default()
            };
            let numbers = [bscan, ascan].map(|number| number.to_string());
            table.row(numbers.into_iter().chain(lines.iter().map(height)))?;
        }
    }
    table.finish()
}

/// A table in memory.
pub(crate) struct Table(csv::Writer<Vec<u8>>);

impl Table {
    pub(crate) fn new<'a>(header: impl IntoIterator<Item = &'a str>) -> Result<Self, WriteError> {
        let mut table = Self(csv::Writer::from_writer(Vec::new()));
        table.0.write_record(header).map_err(unwritable)?;
        Ok(table)
    }

    pub(crate) fn row(
        &mut self,
        cells: impl IntoIterator<Item = String>,
    ) -> Result<(), WriteError> {
        self.0
            .write_record(cells.into_iter().map(String::into_bytes))
            .map_err(unwritable)
    }

    pub(crate) fn finish(self) -> Result<String, WriteError> {
        let bytes = self
            .0
            .into_inner()
            .map_err(|error| unwritable(error.into_error().into()))?;
        String::from_utf8(bytes).map_err(|error| unwritable(io::Error::other(error).into()))
    }
}

fn unwritable(error: csv::Error) -> WriteError {
    WriteError::Unwritable {
        name: "the table".to_owned(),
        reason: io::Error::other(error),
    }
}
