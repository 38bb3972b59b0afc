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

use fovea_geometry::{SizePx, SpacingUm};

use crate::bytes::Bytes;
use crate::{
    Bscan, BscanPosition, Budget, GrayImage, Laterality, LayerLine, LayerLines, ReadError,
    SourceFormat, Volume,
};
use header::{BscanHeader, FILE_HEADER_BYTES, FileHeader, Pattern};

const FORMAT: &str = "Heidelberg .vol";

/// Heidelberg's device layers, by their position in the array of segmentation lines.
pub const LAYER_NAMES: [&str; 19] = [
    "ILM", "BM", "RNFL", "GCL", "IPL", "INL", "OPL", "ONL", "ELM", "IOS", "OPT", "CHO", "VIT",
    "ANT", "PR1", "PR2", "RPE", "IPL+", "IPL-",
];

/// Reads a whole `.vol`.
pub(crate) fn read(bytes: &[u8], budget: &Budget) -> Result<Volume, ReadError> {
    let bytes = Bytes::little(FORMAT, bytes);
    let header = FileHeader::parse(&bytes)?;
    let layout = Layout::check(&header, &bytes, budget)?;
    let mut volume = Volume::of_bscans(Vec::new(), SourceFormat::HeidelbergVol);
    volume.laterality = header.laterality;
    volume.slo = layout.slo.map(|size| slo(&bytes, size)).transpose()?;
    let mut offset = FILE_HEADER_BYTES + layout.slo.map_or(0, |size| size.len() as u64);
    for index in 0..header.bscan_count {
        let what = format!("B-scan {} of {}", index + 1, header.bscan_count);
        let (bscan, lines, end) = bscan(&bytes, offset, layout.bscan, &what)?;
        volume.bscans.push(bscan);
        volume.layer_lines.push(lines);
        offset = end;
    }
    if volume
        .layer_lines
        .iter()
        .all(|lines| lines.lines.is_empty())
    {
        volume.layer_lines.clear();
    }
    volume.spacing_um = spacing_um(&header, &mut volume);
    volume.warnings.extend(header.warnings());
    volume.warnings.extend(saturation_warning(&volume.bscans));
    Ok(volume)
}

/// A device never exports a mostly white scan; tools that store gray values as reflectivities do.
fn saturation_warning(bscans: &[Bscan]) -> Option<String> {
    let pixels = || bscans.iter().flat_map(|bscan| &bscan.pixels);
    let white = pixels().filter(|gray| **gray == u8::MAX).count();
    (white > pixels().count() / 2).then(|| {
        "More than half of the samples are at or above full scale and are shown white; \
         the file was probably not exported by the device."
            .to_owned()
    })
}

/// Sizes that were held against the budget and the length of the file.
struct Layout {
    bscan: SizePx,
    slo: Option<SizePx>,
}

impl Layout {
    fn check(header: &FileHeader, bytes: &Bytes<'_>, budget: &Budget) -> Result<Self, ReadError> {
        let bscan = budget.size(
            "A B-scan of the .vol file (bytes 12 to 24)",
            header.size_x.into(),
            header.size_z.into(),
        )?;
        let has_slo = header.slo_width > 0 && header.slo_height > 0;
        let slo = has_slo.then(|| {
            budget.size(
                "The SLO picture of the .vol file (bytes 48 to 56)",
                header.slo_width.into(),
                header.slo_height.into(),
            )
        });
        let slo = slo.transpose()?;
        let count = u64::from(header.bscan_count);
        if count == 0 {
            return Err(ReadError::damaged(FORMAT, 16, "it declares no B-scan"));
        }
        budget.frames("The .vol file (byte 16)", count)?;
        let pixel_bytes = bscan.len() as u64 * 4;
        budget.decoded("The .vol file", count.checked_mul(pixel_bytes))?;
        // Lines and padding come on top, but this much every file of these sizes has.
        let least = (pixel_bytes + header::BSCAN_HEADER_BYTES) * count
            + FILE_HEADER_BYTES
            + slo.map_or(0, |size| size.len() as u64);
        if least > bytes.len() {
            let what = format!(
                "{count} B-scans of {}×{} px, which take at least {least} bytes",
                bscan.width, bscan.height
            );
            return Err(ReadError::truncated(FORMAT, bytes.len(), what));
        }
        Ok(Self { bscan, slo })
    }
}

fn slo(bytes: &Bytes<'_>, size: SizePx) -> Result<GrayImage, ReadError> {
    let pixels = bytes.slice(FILE_HEADER_BYTES, size.len() as u64, "the SLO picture")?;
    Ok(GrayImage {
        size,
        pixels: pixels.to_vec(),
    })
}

/// One B-scan with its lines, and the offset behind it.
fn bscan(
    bytes: &Bytes<'_>,
    offset: u64,
    size: SizePx,
    what: &str,
) -> Result<(Bscan, LayerLines, u64), ReadError> {
    let header = BscanHeader::parse(bytes, offset, size.width, what)?;
    let lines = lines(bytes, offset, &header, size, what)?;
    let start = offset + u64::from(header.size_bytes);
    let reflectivity = bytes.slice(start, size.len() as u64 * 4, what)?;
    let pixels = reflectivity
        .chunks_exact(4)
        .map(|b| display_value(f32::from_le_bytes([b[0], b[1], b[2], b[3]])))
        .collect();
    let position = BscanPosition {
        start_mm: header.start_mm,
        end_mm: header.end_mm,
    };
    let is_finite = header
        .start_mm
        .iter()
        .chain(&header.end_mm)
        .all(|v| v.is_finite());
    let bscan = Bscan {
        position: is_finite.then_some(position),
        ..Bscan::new(size, pixels)
    };
    Ok((bscan, lines, start + size.len() as u64 * 4))
}

/// Fourth root, scaled to 8 bits; invalid and negative samples are black.
fn display_value(reflectivity: f32) -> u8 {
    if reflectivity == f32::MAX || reflectivity.is_nan() {
        return 0;
    }
    // The cast saturates: what is brighter than full scale is white.
    (reflectivity.max(0.0).sqrt().sqrt() * 255.0 + 0.5) as u8
}

fn lines(
    bytes: &Bytes<'_>,
    offset: u64,
    header: &BscanHeader,
    size: SizePx,
    what: &str,
) -> Result<LayerLines, ReadError> {
    let row_bytes = u64::from(size.width) * 4;
    let mut lines = Vec::new();
    for (row, name) in (0..u64::from(header.line_count)).zip(LAYER_NAMES) {
        let raw = bytes.slice(
            offset + u64::from(header.lines_offset) + row * row_bytes,
            row_bytes,
            what,
        )?;
        let heights = raw
            .chunks_exact(4)
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let y_px: Vec<f32> = heights.map(|y| height_px(y, size.height)).collect();
        // Writers fill layers that were not segmented with zeros or with the invalid value.
        if y_px.iter().any(|y| *y > 0.0) {
            lines.push(LayerLine {
                name: name.to_owned(),
                y_px,
            });
        }
    }
    Ok(LayerLines { lines })
}

/// A height inside the picture, or NaN.
fn height_px(y: f32, height: u32) -> f32 {
    if y >= 0.0 && y <= height as f32 {
        y
    } else {
        f32::NAN
    }
}

/// Scales of the header in µm, with a warning for what they leave open.
fn spacing_um(header: &FileHeader, volume: &mut Volume) -> Option<SpacingUm> {
    let single =
        header.bscan_count == 1 || matches!(header.pattern, Pattern::Circle | Pattern::Radial);
    let z_mm = if header.distance_mm > 0.0 {
        header.distance_mm
    } else if single {
        // No neighbour, no distance: the value has no meaning and must only be valid.
        header.scale_x_mm
    } else {
        steps_mm(&volume.bscans).unwrap_or(header.distance_mm)
    };
    let spacing = SpacingUm::new(header.scale_x_mm * 1e3, header.scale_z_mm * 1e3, z_mm * 1e3);
    if spacing.is_none() {
        volume.warnings.push("The file gives no usable pixel size (ScaleX, ScaleZ, Distance); lengths and areas cannot be shown in µm.".to_owned());
    }
    spacing
}

/// Mean distance between the starts of neighbouring B-scans.
fn steps_mm(bscans: &[Bscan]) -> Option<f64> {
    let starts: Vec<[f64; 2]> = bscans
        .iter()
        .filter_map(|bscan| bscan.position)
        .map(|position| position.start_mm)
        .collect();
    let steps = starts
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]));
    let total: f64 = steps.sum();
    (starts.len() == bscans.len() && total > 0.0).then(|| total / (bscans.len() - 1) as f64)
}

impl FileHeader {
    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.laterality == Laterality::Unknown {
            warnings.push(
                "The file does not say which eye it shows; please confirm the laterality."
                    .to_owned(),
            );
        }
        match self.pattern {
            Pattern::Circle => warnings
                .push("This is a circle scan: columns run around the optic disc.".to_owned()),
            Pattern::Radial => warnings.push(
                "This is a radial scan: its B-scans cross each other and are not parallel."
                    .to_owned(),
            ),
            Pattern::Parallel => {}
        }
        warnings
    }
}
