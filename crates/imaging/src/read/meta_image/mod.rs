//! MetaImage: `.mha`, or `.mhd` with its voxels in one file or one per B-scan beside it.
//!
//! [`super::grid::Axes`] says how array axes become B-scans; of a series of volumes the first is read.

mod data;
mod header;

use super::beside::Beside;
use super::grid::{Axes, Chosen, Image, Layout, Stated, Voxels};
use crate::{Budget, ReadError, SourceFormat, Volume};
use header::Header;

pub(crate) const FORMAT: &str = "MetaImage";

/// Reads the first volume.
pub(crate) fn read(
    bytes: &[u8],
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Volume, ReadError> {
    Ok(open(bytes, beside, budget)?.volume(SourceFormat::MetaImage))
}

/// Finds header and voxels.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Image<'a>, ReadError> {
    let header = Header::parse(bytes)?;
    // Without a matrix the axes run as ITK's identity, which is the convention of an OCT.
    let stored = Chosen {
        axes: Axes::STORED,
        warnings: Vec::new(),
    };
    let chosen = header.directions.map_or(stored, |directions| {
        Axes::of_directions(directions, header.extent)
    });
    let layout = Layout {
        format: FORMAT,
        extent: header.extent,
        number: header.number,
        channels: header.channels,
        order: header.order,
        scale: None,
        axes: chosen.axes,
    };
    let length = layout.check(budget)?;
    let (spacing_um, spacing_warning) = layout.spacing_um(&Stated {
        stored: header.spacing,
        unit_um: Some(header.unit_um),
    });
    let voxels = data::data(&header, length, beside, budget)?;
    let mut warnings = chosen.warnings;
    warnings.extend(spacing_warning.map(str::to_owned));
    warnings.extend(header.warnings);
    if header.volumes > 1 {
        let count = header.volumes;
        warnings.push(format!(
            "The file holds {count} volumes; the first was read."
        ));
    }
    Ok(Image {
        voxels: Voxels::new(layout, voxels),
        spacing_um,
        data_offset: header.rest_offset,
        warnings,
    })
}
