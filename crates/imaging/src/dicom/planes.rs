//! Where B-scans lie in space, as DICOM says it.
//!
//! The frame of reference is that of the scan, with the axes of PS3.3 section C.7.6.2.1.1: x to the left of the
//! person, y to the back, z up, in mm. Its origin is the top left corner of the fundus picture, which is seen from the
//! front; depth runs along y.

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::build::{Build, built};
use super::lookup::{decimals_of, group_of};
use crate::{ScanPattern, Volume};

/// Plane of one B-scan in the frame of reference of its scan.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Centre of the first pixel.
    pub position_mm: [f64; 3],
    /// Unit vectors along a row and down a column.
    pub orientation: [f64; 6],
}

/// The plane of a frame, counted from 0, as its functional groups say it, or the object itself where it is a single
/// picture; none where it is not wholly there.
pub(crate) fn plane_of(set: &InMemDicomObject, frame: usize) -> Option<Plane> {
    let position = group_of(set, frame, tags::PLANE_POSITION_SEQUENCE).unwrap_or(set);
    let orientation = group_of(set, frame, tags::PLANE_ORIENTATION_SEQUENCE).unwrap_or(set);
    let position = decimals_of(position, tags::IMAGE_POSITION_PATIENT);
    let orientation = decimals_of(orientation, tags::IMAGE_ORIENTATION_PATIENT);
    let plane = Plane {
        position_mm: position.try_into().ok()?,
        orientation: orientation.try_into().ok()?,
    };
    let mut numbers = plane.position_mm.iter().chain(&plane.orientation);
    numbers.all(|number| number.is_finite()).then_some(plane)
}

/// The planes of all B-scans: none where one is unknown or, as around the disc, no plane.
pub(crate) fn planes(volume: &Volume) -> Option<Vec<Plane>> {
    match volume.pattern {
        ScanPattern::Circle | ScanPattern::EnFace => None,
        ScanPattern::Line | ScanPattern::Raster | ScanPattern::Radial | ScanPattern::Unknown => {
            placed(volume).or_else(|| stacked(volume))
        }
    }
}

/// From the places on the fundus picture.
fn placed(volume: &Volume) -> Option<Vec<Plane>> {
    let plane = |bscan: &crate::Bscan| {
        let [start, end] = bscan.position.map(|at| [at.start_mm, at.end_mm])?;
        let along = [end[0] - start[0], start[1] - end[1]];
        let length = along[0].hypot(along[1]);
        (length.is_finite() && length > 0.0).then(|| Plane {
            position_mm: [start[0], 0.0, -start[1]],
            orientation: [along[0] / length, 0.0, along[1] / length, 0.0, 1.0, 0.0],
        })
    };
    volume.bscans.iter().map(plane).collect()
}

/// Parallel B-scans at one distance; as in every form that is written, the first is the lowest.
fn stacked(volume: &Volume) -> Option<Vec<Plane>> {
    let spacing = volume.spacing_um?;
    let is_stack = matches!(volume.pattern, ScanPattern::Line | ScanPattern::Raster);
    is_stack.then(|| stacked_planes(volume.bscans.len(), spacing.z))
}

/// `count` planes, each `distance_um` above the one before, the last at the top of the picture.
pub(crate) fn stacked_planes(count: usize, distance_um: f64) -> Vec<Plane> {
    let plane = |index: usize| Plane {
        position_mm: [0.0, 0.0, -((count - 1 - index) as f64) * distance_um / 1e3],
        orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
    };
    (0..count).map(plane).collect()
}

impl Plane {
    /// Item of the Plane Position Sequence (C.7.6.16.2.3).
    pub(crate) fn position_item(&self) -> InMemDicomObject {
        built(|item| item.decimals(tags::IMAGE_POSITION_PATIENT, &self.position_mm))
    }

    /// Item of the Plane Orientation Sequence (C.7.6.16.2.4).
    pub(crate) fn orientation_item(&self) -> InMemDicomObject {
        built(|item| item.decimals(tags::IMAGE_ORIENTATION_PATIENT, &self.orientation))
    }
}

/// Whether all planes lie the same way.
pub(crate) fn are_parallel(planes: &[Plane]) -> bool {
    planes
        .windows(2)
        .all(|pair| pair[0].orientation == pair[1].orientation)
}

/// Item of the Pixel Measures Sequence (C.7.6.16.2.1): `[between rows, between columns]` and the thickness, in µm.
pub(crate) fn pixel_measures(pixel_um: [f64; 2], thickness_um: f64) -> InMemDicomObject {
    built(|item| {
        item.decimals(tags::PIXEL_SPACING, &pixel_um.map(|um| um / 1e3));
        item.decimals(tags::SLICE_THICKNESS, &[thickness_um / 1e3]);
    })
}
