//! What the file says about device, eye and size of the scan.

use std::f64::consts::PI;

use fovea_geometry::{SizePx, SpacingUm};

use super::chunks::Chunks;
use crate::{Laterality, ReadError, ScanPattern};

/// How the names of Topcon's scanners start. The field is taken for a model only where it looks like one.
const FAMILIES: [&[u8]; 6] = [b"3D", b"DRI", b"Maestro", b"MAESTRO", b"Triton", b"TRITON"];

/// Maker and model: the first 16 bytes of `@HW_INFO`. Serial numbers follow, and are never looked at.
pub(super) fn name(chunks: &Chunks<'_>) -> String {
    let hardware = ["@HW_INFO_03", "@HW_INFO_02", "@HW_INFO_01"]
        .into_iter()
        .find_map(|name| chunks.get(name))
        .unwrap_or_default();
    let field = hardware.get(..16).unwrap_or_default();
    let model = field.split(|byte| *byte == 0).next().unwrap_or_default();
    let is_model = FAMILIES.iter().any(|family| model.starts_with(family))
        && model
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b" -+".contains(byte));
    match is_model {
        true => format!("Topcon {}", String::from_utf8_lossy(model).trim_end()),
        false => "Topcon".to_owned(),
    }
}

/// The first byte of `@CAPTURE_INFO`: 0 right, 1 left. What follows (label, date) is never looked at.
pub(super) fn laterality(chunks: &Chunks<'_>) -> Laterality {
    let capture = chunks
        .get("@CAPTURE_INFO_02")
        .or_else(|| chunks.get("@CAPTURE_INFO"));
    match capture.and_then(<[u8]>::first) {
        Some(0) => Laterality::Right,
        Some(1) => Laterality::Left,
        _ => Laterality::Unknown,
    }
}

/// `@PARAM_SCAN_04` (sizes at byte 12) or `@PARAM_SCAN_02` (byte 21): width and depth of the scanned field in mm, then
/// the axial resolution in µm. A circle's width is its diameter.
pub(super) fn spacing_um(
    chunks: &Chunks<'_>,
    bscan: SizePx,
    count: usize,
    pattern: ScanPattern,
) -> Result<Option<SpacingUm>, ReadError> {
    let newer = chunks.get("@PARAM_SCAN_04").map(|content| (content, 12));
    let older = || chunks.get("@PARAM_SCAN_02").map(|content| (content, 21));
    let Some((content, offset)) = newer.or_else(older) else {
        return Ok(None);
    };
    let (bytes, what) = (chunks.bytes(content), "the scan size of @PARAM_SCAN");
    let width_mm = bytes.f64(offset, what)?;
    let field_mm = bytes.f64(offset + 8, what)?;
    let y = bytes.f64(offset + 16, what)?;
    let length_mm = if pattern == ScanPattern::Circle {
        width_mm * PI
    } else {
        width_mm
    };
    let x = length_mm * 1e3 / f64::from(bscan.width);
    let is_raster = matches!(pattern, ScanPattern::Raster | ScanPattern::Unknown);
    // No neighbour at a distance: the value has no meaning and must only be valid.
    let z = match is_raster && field_mm > 0.0 {
        true => field_mm * 1e3 / count as f64,
        false => x,
    };
    Ok(SpacingUm::new(x, y, z))
}
