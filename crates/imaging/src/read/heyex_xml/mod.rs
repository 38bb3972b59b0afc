//! HEYEX XML export: one XML file, with one picture per B-scan and one of the fundus beside it.
//!
//! Read are, below `HEDX/BODY/Patient/Study/Series`: `Laterality`, `Type`, `GeneralEquipment`, and of each `Image` its
//! `ImageType`, `OphthalmicAcquisitionContext` (size, scales in mm/px, places in mm, quality), `ImageData/ExamURL` and
//! `Segmentation`. Patients, dates and operators lie beside those elements and are passed over unread. The layout is
//! known from exports and from the open readers of the format; Heidelberg Engineering describes it to its customers.

mod document;
mod element;
mod pictures;
mod series;

use super::beside::Beside;
use super::heidelberg::{
    NO_LATERALITY, NO_SPACING, layer_name, pattern_warning, per_bscan, pixel_um, push_line,
    quality, spacing_um,
};
use crate::frame::{Frame, display, same_size};
use crate::{
    Bscan, BscanPosition, Budget, GrayImage, Laterality, LayerLines, ReadError, SourceFormat,
    Volume,
};
use pictures::Pictures;
use series::{Image, ImageKind, Series};

const FORMAT: &str = "HEYEX XML";

/// Reads the export whose XML file is `bytes`. Of several scans in one file the one with most B-scans is read.
pub(crate) fn read(
    bytes: &[u8],
    beside: &Beside<'_>,
    budget: &Budget,
) -> Result<Volume, ReadError> {
    let all = document::parse(bytes, budget)?;
    let (series, scan_count) = chosen(&all)?;
    let mut volume = scan(series, beside, budget)?;
    if scan_count > 1 {
        volume.warnings.push(format!(
            "The file holds {scan_count} scans; the one with most B-scans ({}) was read.",
            volume.bscans.len()
        ));
    }
    Ok(volume)
}

/// Names of the pictures of the B-scans that [`read`] reads, in their order.
pub(crate) fn picture_names(bytes: &[u8], budget: &Budget) -> Result<Vec<String>, ReadError> {
    let all = document::parse(bytes, budget)?;
    let (series, _) = chosen(&all)?;
    let images = series.of_kind(ImageKind::Oct);
    Ok(images.map(|image| image.file_name.clone()).collect())
}

/// The scan that is read, and how many there are.
fn chosen(all: &[Series]) -> Result<(&Series, usize), ReadError> {
    let bscan_count = |series: &&Series| series.of_kind(ImageKind::Oct).count();
    let scans: Vec<&Series> = all
        .iter()
        .filter(|series| bscan_count(series) > 0)
        .collect();
    // Of equals `max_by_key` gives the last, and the first is wanted.
    match scans.iter().rev().copied().max_by_key(bscan_count) {
        Some(series) => Ok((series, scans.len())),
        None => {
            let what = "no picture of type OCT is listed";
            Err(ReadError::field(FORMAT, "ImageType", what))
        }
    }
}

fn scan(series: &Series, beside: &Beside<'_>, budget: &Budget) -> Result<Volume, ReadError> {
    let images: Vec<&Image> = series.of_kind(ImageKind::Oct).collect();
    let what = |index| format!("the picture of B-scan {}", index + 1);
    let mut pictures = Pictures::new(beside, budget);
    let mut frames = Vec::new();
    let mut lines = Vec::new();
    for (index, image) in images.iter().enumerate() {
        let frame = pictures.read(image, &what(index))?;
        lines.push(layer_lines(image, &frame, index)?);
        frames.push(frame);
    }
    same_size(frames.iter().map(|frame| frame.size), what)?;
    let localizer = series.of_kind(ImageKind::Localizer).next();
    let slo = localizer
        .map(|image| pictures.read(image, "the SLO picture"))
        .transpose()?;
    let mut volume = Volume::of_frames(frames, SourceFormat::HeyexXml);
    for (bscan, image) in volume.bscans.iter_mut().zip(&images) {
        bscan.position = position(image);
        bscan.quality = quality(image.quality);
    }
    volume.laterality = series.laterality();
    volume.pattern = series.pattern;
    volume.device = series.device();
    volume.slo = slo.and_then(gray_image);
    volume.slo_spacing_um = localizer.and_then(|image| pixel_um(image.scale_mm));
    volume.layer_lines = per_bscan(lines);
    let scale_mm = images.first().map_or([f64::NAN; 2], |image| image.scale_mm);
    volume.spacing_um = spacing_um(scale_mm, f64::NAN, volume.pattern, &volume.bscans);
    let warnings = warnings(series, &volume, &images, pictures.is_lossy);
    volume.warnings.extend(warnings);
    Ok(volume)
}

fn warnings(series: &Series, volume: &Volume, images: &[&Image], is_lossy: bool) -> Vec<String> {
    let mut warnings = Vec::new();
    if volume.spacing_um.is_none() {
        warnings.push(NO_SPACING.to_owned());
    }
    let is_same = |image: &&Image| image.scale_mm == images[0].scale_mm;
    if volume.spacing_um.is_some() && !images.iter().all(is_same) {
        warnings.push("The B-scans differ in pixel size; that of the first was taken.".to_owned());
    }
    match (volume.laterality, series.lateralities.is_empty()) {
        (Laterality::Unknown, true) => warnings.push(NO_LATERALITY.to_owned()),
        (Laterality::Unknown, false) => warnings.push(
            "The file states both eyes for one scan; please confirm the laterality.".to_owned(),
        ),
        _ => {}
    }
    warnings.extend(pattern_warning(volume.pattern));
    if is_lossy {
        warnings.push(super::LOSSY.to_owned());
    }
    warnings
}

fn position(image: &Image) -> Option<BscanPosition> {
    let mut all = image.start_mm.iter().chain(&image.end_mm);
    all.all(|mm| mm.is_finite()).then_some(BscanPosition {
        start_mm: image.start_mm,
        end_mm: image.end_mm,
    })
}

fn gray_image(frame: Frame) -> Option<GrayImage> {
    let bscan: Bscan = display(vec![frame]).bscans.pop()?;
    Some(GrayImage {
        size: bscan.size,
        pixels: bscan.pixels,
    })
}

/// The lines of a B-scan under Heidelberg's names. Other names are not taken: they could be anything.
fn layer_lines(image: &Image, frame: &Frame, index: usize) -> Result<LayerLines, ReadError> {
    let mut lines = LayerLines::default();
    for line in &image.lines {
        let Some(name) = layer_name(&line.name).filter(|name| lines.get(name).is_none()) else {
            continue;
        };
        if line.y_px.len() != frame.size.width as usize {
            let field = format!("Segmentation of B-scan {}", index + 1);
            let (count, width) = (line.y_px.len(), frame.size.width);
            let what = format!("a line has {count} heights for {width} A-scans");
            return Err(ReadError::field(FORMAT, field, what));
        }
        push_line(
            &mut lines,
            name,
            line.y_px.iter().copied(),
            frame.size.height,
        );
    }
    Ok(lines)
}
