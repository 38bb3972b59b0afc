//! A Heidelberg `.vol` as Matlab variables, under the names of its header: one array per B-scan (`B0`, `B1`, …) with
//! its segmentation (`B0seg`), and the scales in mm. What the header says about a person is not asked for.

use super::FORMAT;
use super::catalog::{Catalog, Filled};
use super::picture::frames;
use crate::read::heidelberg::{
    LAYER_NAMES, NO_LATERALITY, NO_SPACING, gray, pattern, pattern_warning, per_bscan, pixel_um,
    push_line, quality, spacing_um,
};
use crate::{
    BscanPosition, Budget, GrayImage, Laterality, LayerLines, ReadError, Samples, ScanPattern,
    SourceFormat, Volume,
};

const DEVICE: &str = "Heidelberg Engineering Spectralis";

pub(super) fn is_export(catalog: &Catalog<'_>) -> bool {
    let has = |name| catalog.numbers(name).is_some();
    has("B0") && has("ScaleX") && has("ScaleZ")
}

pub(super) fn read(catalog: &Catalog<'_>, budget: &Budget) -> Result<Volume, ReadError> {
    let arrays = bscans(catalog)?;
    let frames = frames("B0", &arrays, catalog, budget)?;
    let mut volume = Volume::of_frames(frames, SourceFormat::Matlab);
    show_reflectivity(&mut volume);
    let number = |name| catalog.scalar(name).unwrap_or(f64::NAN);
    volume.device = Some(DEVICE.to_owned());
    volume.laterality = laterality(catalog.text("ScanPosition").unwrap_or_default());
    volume.pattern = pattern(catalog.scalar("ScanPattern").map_or(0, |code| code as u32));
    volume.slo = slo(catalog, budget)?;
    let slo_mm = [number("ScaleXSlo"), number("ScaleYSlo")];
    volume.slo_spacing_um = volume.slo.as_ref().and_then(|_| pixel_um(slo_mm));
    if let [bscan] = volume.bscans.as_mut_slice() {
        let places = ["StartX", "StartY", "EndX", "EndY"].map(number);
        let [x1, y1, x2, y2] = places;
        bscan.position = places
            .iter()
            .all(|mm| mm.is_finite())
            .then_some(BscanPosition {
                start_mm: [x1, y1],
                end_mm: [x2, y2],
            });
        bscan.quality = quality(number("Quality") as f32);
    }
    let scale_mm = [number("ScaleX"), number("ScaleZ")];
    let distance_mm = catalog.scalar("Distance").unwrap_or_default();
    volume.spacing_um = spacing_um(scale_mm, distance_mm, volume.pattern, &volume.bscans);
    volume.layer_lines = layer_lines(catalog, &volume)?;
    volume.warnings = warnings(&volume);
    Ok(volume)
}

/// `B0`, `B1` and so on, as many as there are; all of one size.
fn bscans<'a>(catalog: &Catalog<'a>) -> Result<Vec<Filled<'a>>, ReadError> {
    let found: Vec<Filled<'_>> = (0..)
        .map_while(|index| catalog.numbers(&format!("B{index}")))
        .collect();
    let size = found.first().map(|first| first.dimensions().to_vec());
    let is_even = found
        .iter()
        .all(|other| other.dimensions().len() == 2 && size.as_deref() == Some(other.dimensions()));
    let declared = catalog.scalar("NumBScans");
    match is_even && declared.is_none_or(|count| count == found.len() as f64) {
        true => Ok(found),
        false => Err(ReadError::field(
            FORMAT,
            "B0",
            "the B-scans are not as many as NumBScans says, or not of one size",
        )),
    }
}

/// Reflectivities are shown by their fourth root, as everywhere. Exports that hold gray values already stay as
/// they are.
fn show_reflectivity(volume: &mut Volume) {
    let is_reflectivity = volume.bscans.iter().all(|bscan| match &bscan.deep {
        Some(Samples::F32(values)) => values
            .iter()
            .all(|value| (0.0..=1.0).contains(value) || *value == f32::MAX || value.is_nan()),
        _ => false,
    });
    for bscan in volume.bscans.iter_mut().filter(|_| is_reflectivity) {
        if let Some(Samples::F32(values)) = &mut bscan.deep {
            bscan.pixels = values.iter().map(|value| gray(*value)).collect();
            let invalid = values.iter_mut().filter(|value| **value == f32::MAX);
            invalid.for_each(|value| *value = f32::NAN);
        }
    }
}

/// `OD` or `OS` in one or two bytes a letter, padded with spaces.
fn laterality(text: &[u8]) -> Laterality {
    let mut letters = text.iter().filter(|byte| !matches!(byte, 0 | b' '));
    match [letters.next(), letters.next(), letters.next()] {
        [Some(b'O'), Some(b'D'), None] => Laterality::Right,
        [Some(b'O'), Some(b'S'), None] => Laterality::Left,
        _ => Laterality::Unknown,
    }
}

fn slo(catalog: &Catalog<'_>, budget: &Budget) -> Result<Option<GrayImage>, ReadError> {
    let Some(array) = catalog.numbers("SLO").filter(|slo| slo.numbers.len() > 0) else {
        return Ok(None);
    };
    let mut frames = frames("SLO", &[array], catalog, budget)?;
    let single = frames.pop().filter(|_| frames.is_empty());
    Ok(single.and_then(|frame| match frame.samples {
        Samples::U8(pixels) => Some(GrayImage {
            size: frame.size,
            pixels,
        }),
        _ => None,
    }))
}

/// `B0seg`: one row per layer in Heidelberg's order, one column per A-scan.
fn layer_lines(catalog: &Catalog<'_>, volume: &Volume) -> Result<Vec<LayerLines>, ReadError> {
    let size = volume.bscan_size();
    let of_bscan = |index: usize| {
        let mut lines = LayerLines::default();
        let Some(heights) = catalog.numbers(&format!("B{index}seg")) else {
            return Ok(lines);
        };
        let &[layers, width] = heights.dimensions() else {
            return Err(wrong_lines());
        };
        if width != u64::from(size.width) || layers > LAYER_NAMES.len() as u64 {
            return Err(wrong_lines());
        }
        for (layer, name) in LAYER_NAMES.iter().enumerate().take(layers as usize) {
            let columns = 0..size.width as usize;
            let row = columns.map(|x| heights.numbers.at(x * layers as usize + layer) as f32);
            push_line(&mut lines, name, row, size.height);
        }
        Ok(lines)
    };
    let lines = (0..volume.bscans.len()).map(of_bscan);
    Ok(per_bscan(lines.collect::<Result<_, _>>()?))
}

fn wrong_lines() -> ReadError {
    ReadError::field(
        FORMAT,
        "B0seg",
        "it has not one height per layer and A-scan",
    )
}

fn warnings(volume: &Volume) -> Vec<String> {
    let mut warnings = Vec::new();
    if volume.laterality == Laterality::Unknown {
        warnings.push(NO_LATERALITY.to_owned());
    }
    if volume.spacing_um.is_none() {
        warnings.push(NO_SPACING.to_owned());
    }
    if volume.pattern != ScanPattern::Raster {
        warnings.extend(pattern_warning(volume.pattern));
    }
    warnings
}
