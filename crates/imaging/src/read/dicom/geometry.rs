//! Size, side and place of what a DICOM image shows.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_geometry::SpacingUm;

use super::classes::Kind;
use crate::dicom::lookup::{decimals_of, item_of, items_of, text_of};
use crate::{BscanPosition, Laterality, ScanPattern, Volume};

/// Fills spacing, laterality, pattern and places, with a warning for what is left open.
pub(super) fn put(volume: &mut Volume, set: &InMemDicomObject, kind: Kind) {
    volume.laterality = laterality(set);
    volume.spacing_um = spacing_um(set, volume.bscans.len());
    let frames = items_of(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    if let Some(spacing) = volume.spacing_um.filter(|_| kind == Kind::Tomogram) {
        let shared = item_of(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
        for (bscan, group) in volume.bscans.iter_mut().zip(frames) {
            let width_mm = f64::from(bscan.size.width) * spacing.x / 1e3;
            bscan.position = location(group, shared, width_mm);
        }
    }
    volume.pattern = match kind {
        Kind::EnFace => ScanPattern::EnFace,
        Kind::Tomogram if volume.bscans.len() == 1 => ScanPattern::Line,
        Kind::Tomogram if is_parallel(set, frames) => ScanPattern::Raster,
        Kind::Tomogram | Kind::Other => ScanPattern::Unknown,
    };
    if kind != Kind::Other && volume.laterality == Laterality::Unknown {
        volume.warnings.push(
            "The file does not say which eye it shows; please confirm the laterality.".to_owned(),
        );
    }
    if volume.spacing_um.is_none() {
        volume.warnings.push(
            "The file gives no usable pixel size; lengths and areas cannot be shown in µm."
                .to_owned(),
        );
    }
}

/// The side, wherever an object of its age says it: image, frame, series, or the region that is imaged.
fn laterality(set: &InMemDicomObject) -> Laterality {
    let shared = item_of(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    let first = item_of(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    let anatomy = [shared, first]
        .into_iter()
        .flatten()
        .find_map(|group| item_of(group, tags::FRAME_ANATOMY_SEQUENCE));
    let said = [
        text_of(set, tags::IMAGE_LATERALITY),
        anatomy.and_then(|item| text_of(item, tags::FRAME_LATERALITY)),
        text_of(set, tags::LATERALITY),
    ];
    match said.iter().flatten().next().map(String::as_str) {
        Some("R") => Laterality::Right,
        Some("L") => Laterality::Left,
        _ => Laterality::Unknown,
    }
}

/// Pixel size from the functional groups, or from the image as older objects have it.
fn spacing_um(set: &InMemDicomObject, frames: usize) -> Option<SpacingUm> {
    let measures = group_item(set, tags::PIXEL_MEASURES_SEQUENCE);
    let holder = measures.unwrap_or(set);
    let between = decimals_of(holder, tags::PIXEL_SPACING);
    let between = match between.len() {
        2 => between,
        _ => decimals_of(set, tags::IMAGER_PIXEL_SPACING),
    };
    // Rows lie along depth, so their distance is the axial one.
    let [rows_mm, columns_mm] = between[..] else {
        return None;
    };
    let distance_mm = [tags::SPACING_BETWEEN_SLICES, tags::SLICE_THICKNESS]
        .iter()
        .flat_map(|tag| decimals_of(holder, *tag))
        .find(|mm| *mm > 0.0)
        .or_else(|| distance_mm(set));
    // No neighbour, no distance: the value has no meaning and must only be valid.
    let distance_mm = distance_mm.or((frames == 1).then_some(columns_mm))?;
    SpacingUm::new(columns_mm * 1e3, rows_mm * 1e3, distance_mm * 1e3)
}

/// Distance of the first two frames, from where they lie.
fn distance_mm(set: &InMemDicomObject) -> Option<f64> {
    let frames = items_of(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE);
    let place = |group: &InMemDicomObject| {
        let position = item_of(group, tags::PLANE_POSITION_SEQUENCE)?;
        let place = decimals_of(position, tags::IMAGE_POSITION_PATIENT);
        (place.len() == 3).then_some(place)
    };
    let [first, second] = [place(frames.first()?)?, place(frames.get(1)?)?];
    let squares = first.iter().zip(&second).map(|(a, b)| (a - b).powi(2));
    Some(squares.sum::<f64>().sqrt()).filter(|mm| *mm > 0.0)
}

/// An item of the functional groups, shared or of the first frame.
pub(super) fn group_item(set: &InMemDicomObject, tag: Tag) -> Option<&InMemDicomObject> {
    [
        tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE,
        tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE,
    ]
    .iter()
    .filter_map(|groups| item_of(set, *groups))
    .find_map(|group| item_of(group, tag))
}

/// The line of a B-scan of `width_mm`, in the frame of reference that our own tomograms have: x to the left of the person
/// and z up, in mm, from the top left corner of the fundus picture. Others put their origin elsewhere, which moves all
/// lines together.
fn location(
    group: &InMemDicomObject,
    shared: Option<&InMemDicomObject>,
    width_mm: f64,
) -> Option<BscanPosition> {
    let plane = item_of(group, tags::PLANE_POSITION_SEQUENCE)?;
    let orientation = item_of(group, tags::PLANE_ORIENTATION_SEQUENCE)
        .or_else(|| item_of(shared?, tags::PLANE_ORIENTATION_SEQUENCE))?;
    let start = decimals_of(plane, tags::IMAGE_POSITION_PATIENT);
    let along = decimals_of(orientation, tags::IMAGE_ORIENTATION_PATIENT);
    let is_whole = start.len() == 3 && along.len() == 6;
    is_whole.then(|| BscanPosition {
        start_mm: [start[0], -start[2]],
        end_mm: [
            start[0] + along[0] * width_mm,
            -start[2] - along[2] * width_mm,
        ],
    })
}

/// Whether all frames lie the same way.
fn is_parallel(set: &InMemDicomObject, frames: &[InMemDicomObject]) -> bool {
    let shared = item_of(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    if shared.is_some_and(|group| item_of(group, tags::PLANE_ORIENTATION_SEQUENCE).is_some()) {
        return true;
    }
    let orientation = |group| {
        let item = item_of(group, tags::PLANE_ORIENTATION_SEQUENCE)?;
        Some(decimals_of(item, tags::IMAGE_ORIENTATION_PATIENT))
    };
    let mut orientations = frames.iter().map(orientation);
    match orientations.next().flatten() {
        Some(first) => orientations.all(|other| other.as_ref() == Some(&first)),
        None => false,
    }
}
