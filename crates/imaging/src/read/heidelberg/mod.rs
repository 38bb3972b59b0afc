//! Heidelberg raw export (`.vol`, `HSF-OCT-1xx`).
//!
//! Layout, after Heidelberg Engineering's *Spectralis Special Function: Exporting Raw Data* and the open readers that
//! follow it, all little-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0..2048 | file header: version, sizes, scales, eye, scan pattern; personal data, which is never read |
//! | then `SizeXSlo × SizeYSlo` | fundus (SLO) picture, 8 bits |
//! | then per B-scan: `BScanHdrSize` bytes | header (256), `NumSeg` lines of `SizeX` f32, padding |
//! | `SizeX × SizeZ × 4` | f32 reflectivity in 0..=1, row-major; `f32::MAX` where invalid |
//!
//! The display value is the fourth root of the reflectivity.

mod header;
mod layers;
mod layout;
mod reflectivity;
mod spacing;

pub use layers::LAYER_NAMES;
use layers::{floats, per_bscan, push_line};
use spacing::{NO_SPACING, pattern_warning, pixel_um, spacing_um};

use fovea_geometry::SizePx;

use super::Depth;
use crate::bytes::Bytes;
use crate::{
    Bscan, Budget, GrayImage, Laterality, LayerLines, ReadError, Samples, SourceFormat, Volume,
};
use header::{BscanHeader, FILE_HEADER_BYTES, FileHeader, Version};
use layout::Layout;
use reflectivity::gray_of_floats;

const FORMAT: &str = "Heidelberg .vol";
/// The only device that writes the layout.
const DEVICE: &str = "Heidelberg Engineering Spectralis";
const NO_LATERALITY: &str =
    "The file does not say which eye it shows; please confirm the laterality.";

/// Reads a whole `.vol`.
pub(crate) fn read(bytes: &[u8], budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let bytes = Bytes::little(FORMAT, bytes);
    let header = FileHeader::parse(&bytes)?;
    let layout = Layout::check(&header, &bytes, budget)?;
    let mut volume = Volume::of_bscans(Vec::new(), SourceFormat::HeidelbergVol);
    volume.laterality = header.laterality;
    volume.pattern = header.pattern;
    volume.device = (header.version != Version::Open).then(|| DEVICE.to_owned());
    volume.slo = layout.slo.map(|size| slo(&bytes, size)).transpose()?;
    volume.slo_spacing_um = layout.slo.and_then(|_| pixel_um(header.slo_scale_mm));
    let mut lines = Vec::new();
    let mut offset = FILE_HEADER_BYTES + layout.slo.map_or(0, |size| size.len() as u64);
    for index in 0..header.bscan_count {
        let what = format!("B-scan {} of {}", index + 1, header.bscan_count);
        let found = bscan(&bytes, offset, layout.bscan, depth, &what)?;
        volume.bscans.push(found.bscan);
        lines.push(found.lines);
        offset = found.end;
    }
    volume.layer_lines = per_bscan(lines);
    let scale_mm = [header.scale_x_mm, header.scale_z_mm];
    volume.spacing_um = spacing_um(scale_mm, header.distance_mm, header.pattern, &volume.bscans);
    volume.warnings = warnings(&header, &volume);
    Ok(volume)
}

fn warnings(header: &FileHeader, volume: &Volume) -> Vec<String> {
    let mut warnings = Vec::new();
    if header.version == Version::Newer {
        warnings.push("The file follows an edition of the .vol layout that Fovea does not know (100 to 103 are); compare the scan with the device.".to_owned());
    }
    if volume.spacing_um.is_none() {
        warnings.push(NO_SPACING.to_owned());
    }
    if header.laterality == Laterality::Unknown {
        warnings.push(NO_LATERALITY.to_owned());
    }
    warnings.extend(pattern_warning(header.pattern));
    warnings.extend(saturation_warning(&volume.bscans));
    warnings
}

/// A device never exports a mostly white scan; tools that store gray values as reflectivities do.
fn saturation_warning(bscans: &[Bscan]) -> Option<String> {
    let white = |bscan: &Bscan| bscan.pixels.iter().filter(|v| **v == u8::MAX).count();
    let pixels: usize = bscans.iter().map(|bscan| bscan.pixels.len()).sum();
    (bscans.iter().map(white).sum::<usize>() > pixels / 2).then(|| {
        "More than half of the samples are at or above full scale and are shown white; \
         the file was probably not exported by the device."
            .to_owned()
    })
}

fn slo(bytes: &Bytes<'_>, size: SizePx) -> Result<GrayImage, ReadError> {
    let pixels = bytes.slice(FILE_HEADER_BYTES, size.len() as u64, "the SLO picture")?;
    Ok(GrayImage {
        size,
        pixels: pixels.to_vec(),
    })
}

/// One B-scan with its lines, and the offset behind it.
struct Found {
    bscan: Bscan,
    lines: LayerLines,
    end: u64,
}

fn bscan(
    bytes: &Bytes<'_>,
    offset: u64,
    size: SizePx,
    depth: Depth,
    what: &str,
) -> Result<Found, ReadError> {
    let header = BscanHeader::parse(bytes, offset, size.width, what)?;
    let lines = lines(bytes, offset, &header, size, what)?;
    let start = offset + u64::from(header.size_bytes);
    let reflectivity = bytes.slice(start, size.len() as u64 * 4, what)?;
    let valid = |r: f32| if r == f32::MAX { f32::NAN } else { r };
    let deep = || Samples::F32(floats(reflectivity).map(valid).collect());
    let bscan = Bscan {
        deep: (depth == Depth::OfFile).then(deep),
        position: header.position,
        quality: header.quality,
        ..Bscan::new(size, gray_of_floats(reflectivity))
    };
    Ok(Found {
        bscan,
        lines,
        end: start + size.len() as u64 * 4,
    })
}

fn lines(
    bytes: &Bytes<'_>,
    offset: u64,
    header: &BscanHeader,
    size: SizePx,
    what: &str,
) -> Result<LayerLines, ReadError> {
    let row_bytes = u64::from(size.width) * 4;
    let start = offset + u64::from(header.lines_offset);
    let mut lines = LayerLines::default();
    for (row, name) in (0..u64::from(header.line_count)).zip(LAYER_NAMES) {
        let raw = bytes.slice(start + row * row_bytes, row_bytes, what)?;
        push_line(&mut lines, name, floats(raw), size.height);
    }
    Ok(lines)
}
