//! Size of a sample: of a pixel in its frame, and from frame to frame.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use fovea_geometry::SpacingUm;

use super::groups::FrameGroups;
use super::planes::{self, Distance, Planes};

/// What is known of sizes, and what a person should know about that.
#[derive(Default)]
pub(super) struct Sizes {
    /// Width and height of a pixel.
    pub(super) pixel_mm: Option<[f64; 2]>,
    pub(super) spacing_um: Option<SpacingUm>,
    pub(super) warnings: Vec<String>,
}

/// Sizes that all frames state alike; nothing is taken from one frame for the others.
pub(super) fn sizes(frames: &[FrameGroups<'_>], planes: &Planes) -> Sizes {
    let pixel_mm = match pixel_mm(frames) {
        Stated::Alike(mm) => mm,
        Stated::Not => return without_pixel("The file gives no usable pixel size"),
        Stated::Differently => return without_pixel("The frames state different pixel sizes"),
    };
    let mut warnings = Vec::new();
    let distance_mm = match frames.len() {
        // No neighbour, no distance: the value has no meaning and must only be valid.
        1 => Ok(stated_mm(frames).map_or(pixel_mm[0], |(_, mm)| mm)),
        _ => distance_mm(frames, planes, &mut warnings),
    };
    let spacing_um = match distance_mm {
        Ok(mm) => SpacingUm::new(pixel_mm[0] * 1e3, pixel_mm[1] * 1e3, mm * 1e3),
        Err(what) => {
            let [width_um, height_um] = pixel_mm.map(|mm| (mm * 1e5).round() / 100.0);
            warnings.push(format!(
                "{what}, so that their distance is not known and no size is taken; a pixel has {width_um} µm × {height_um} µm."
            ));
            None
        }
    };
    Sizes {
        pixel_mm: Some(pixel_mm),
        spacing_um,
        warnings,
    }
}

fn without_pixel(what: &str) -> Sizes {
    Sizes {
        warnings: vec![format!("{what}; lengths and areas cannot be shown in µm.")],
        ..Sizes::default()
    }
}

/// What several frames say of one thing.
enum Stated<T> {
    Alike(T),
    Differently,
    Not,
}

/// Width and height of a pixel. Rows lie along depth, so their distance, which comes first, is the axial one.
fn pixel_mm(frames: &[FrameGroups<'_>]) -> Stated<[f64; 2]> {
    let of = |frame: &FrameGroups<'_>| {
        let stated = [tags::PIXEL_SPACING, tags::IMAGER_PIXEL_SPACING]
            .map(|tag| frame.decimals(tags::PIXEL_MEASURES_SEQUENCE, tag));
        let [rows, columns] = stated.into_iter().find_map(|mm| mm.try_into().ok())?;
        [columns, rows]
            .iter()
            .all(|mm: &f64| mm.is_finite() && *mm > 0.0)
            .then_some([columns, rows])
    };
    let mut all = frames.iter().map(of);
    let Some(first) = all.next() else {
        return Stated::Not;
    };
    let is_same = |other: Option<[f64; 2]>| match (first, other) {
        (Some(a), Some(b)) => a.iter().zip(&b).all(|(a, b)| is_close(*a, *b)),
        (None, None) => true,
        _ => false,
    };
    match (all.all(is_same), first) {
        (true, Some(first)) => Stated::Alike(first),
        (true, None) => Stated::Not,
        (false, _) => Stated::Differently,
    }
}

/// The distance from frame to frame: from where they lie, else as it is stated, else their thickness. An error says why
/// there is none.
fn distance_mm(
    frames: &[FrameGroups<'_>],
    places: &Planes,
    warnings: &mut Vec<String>,
) -> Result<f64, &'static str> {
    match (places.distance(), stated_mm(frames)) {
        (Distance::NotParallel, _) => Err("The frames are not parallel"),
        (Distance::Uneven, _) => Err("The frames do not lie at even distances"),
        (Distance::Even(mm), Some((tags::SPACING_BETWEEN_SLICES, other)))
            if !planes::is_step(mm, other) =>
        {
            warnings.push(
                "The distance that the file states between its frames is not that of their places, which is taken."
                    .to_owned(),
            );
            Ok(mm)
        }
        (Distance::Even(mm), _) => Ok(mm),
        (Distance::Unstated, Some((tags::SLICE_THICKNESS, mm))) => {
            warnings.push(
                "The file does not say how far apart its frames lie; their thickness is taken for it."
                    .to_owned(),
            );
            Ok(mm)
        }
        (Distance::Unstated, Some((_, mm))) => Ok(mm),
        (Distance::Unstated, None) => Err("The file does not say where its frames lie"),
    }
}

/// Spacing Between Slices, else Slice Thickness, where all frames state the same.
fn stated_mm(frames: &[FrameGroups<'_>]) -> Option<(Tag, f64)> {
    [tags::SPACING_BETWEEN_SLICES, tags::SLICE_THICKNESS]
        .into_iter()
        .find_map(|tag| Some((tag, same_mm(frames, tag)?)))
}

fn same_mm(frames: &[FrameGroups<'_>], tag: Tag) -> Option<f64> {
    let of = |frame: &FrameGroups<'_>| {
        let stated = frame.decimals(tags::PIXEL_MEASURES_SEQUENCE, tag);
        // The sign of a distance says which way to count.
        stated
            .first()
            .map(|mm| mm.abs())
            .filter(|mm| mm.is_finite() && *mm > 0.0)
    };
    let mut all = frames.iter().map(of);
    let first = all.next()??;
    all.all(|other| other.is_some_and(|other| is_close(first, other)))
        .then_some(first)
}

/// As near as the same length in fewer digits.
fn is_close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.001 * a.max(b)
}
