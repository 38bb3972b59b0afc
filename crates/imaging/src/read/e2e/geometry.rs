//! Where a B-scan lies. The file states angles; lengths along the retina follow from the length of the eye.

use fovea_geometry::SpacingUm;

use super::FORMAT;
use super::chunks::Chunk;
use crate::bytes::Bytes;
use crate::read::heidelberg::{pattern, quality};
use crate::{ReadError, ScanPattern};

/// Up to the scan pattern and the centre, which every edition has.
const LEAST_BYTES: u64 = 84;
/// Where the quality in dB stands, in editions that have it.
const QUALITY_AT: u64 = 156;
/// Length on the retina per degree in an eye that HEYEX calls of medium length, as eyepy found from its exports.
pub(super) const UM_PER_DEGREE: f64 = 289.6;

/// What is read of a B-scan's geometry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    start_degrees: [f64; 2],
    end_degrees: [f64; 2],
    centre_degrees: [f64; 2],
    axial_mm: f64,
    /// A-scans between start and end.
    ascan_count: u32,
    /// B-scans of the whole scan.
    pub(super) bscan_count: u32,
    pub(super) pattern: ScanPattern,
    pub(super) quality: Option<f32>,
}

impl Geometry {
    pub(super) fn parse(chunk: &Chunk<'_>) -> Result<Self, ReadError> {
        let bytes = Bytes::little(FORMAT, chunk.payload);
        if bytes.len() < LEAST_BYTES {
            let what = "the geometry of a B-scan is too short";
            return Err(ReadError::damaged(FORMAT, chunk.offset, what));
        }
        let what = "the geometry of a B-scan";
        let point = |at: u64| -> Result<[f64; 2], ReadError> {
            Ok([bytes.f32(at, what)?.into(), bytes.f32(at + 4, what)?.into()])
        };
        let stated_quality = match bytes.len() >= QUALITY_AT + 4 {
            true => quality(bytes.f32(QUALITY_AT, what)?),
            false => None,
        };
        Ok(Self {
            start_degrees: point(12)?,
            end_degrees: point(20)?,
            centre_degrees: point(76)?,
            axial_mm: bytes.f32(36, what)?.into(),
            ascan_count: bytes.u32(60, what)?,
            bscan_count: bytes.u32(64, what)?,
            pattern: pattern(bytes.u32(72, what)?),
            quality: stated_quality,
        })
    }
}

/// Distance of samples in an eye of medium length. Circles have none: what their ends mean is not known.
pub(super) fn spacing_um(geometries: &[Geometry]) -> Option<SpacingUm> {
    let first = geometries.first()?;
    if first.pattern == ScanPattern::Circle || first.ascan_count == 0 {
        return None;
    }
    let degrees = distance(first.start_degrees, first.end_degrees);
    let x_um = degrees / f64::from(first.ascan_count) * UM_PER_DEGREE;
    let steps = geometries
        .windows(2)
        .map(|pair| distance(pair[0].centre_degrees, pair[1].centre_degrees));
    let z_um = match geometries.len() {
        // No neighbour, no distance: the value has no meaning and must only be valid.
        1 => x_um,
        _ if first.pattern == ScanPattern::Radial => x_um,
        count => steps.sum::<f64>() / (count - 1) as f64 * UM_PER_DEGREE,
    };
    SpacingUm::new(x_um, first.axial_mm * 1e3, z_um)
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (b[0] - a[0]).hypot(b[1] - a[1])
}
