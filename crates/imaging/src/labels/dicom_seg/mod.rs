//! DICOM Segmentation (PS3.3 section A.51) to masks: BINARY, FRACTIONAL and LABELMAP.
//!
//! Fractions of at least half of Maximum Fractional Value count as inside. Where segments overlap, the one with the
//! higher number wins.

mod pixels;
mod places;
mod planes;
mod references;
mod segments;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_geometry::SizePx;

use super::paint::Painter;
use super::{ForeignLabels, LabelContext, LabelFormat};
use crate::dicom::lookup::{number_of, numbers_of, text_of};
use crate::{Budget, ReadError, Wanted};
use pixels::{Coding, Pixels};
use segments::Segments;

pub(super) use references::{advice, instances, references_of};
pub(super) use segments::{segment_name, segment_number_of};

const FORMAT: &str = "DICOM SEG";

/// The labels of an opened file.
pub(super) fn read(
    set: &InMemDicomObject,
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let size = declared_size(set, budget)?;
    context.check_size(FORMAT, "Rows and Columns", size)?;
    let frame_count = frame_count(FORMAT, set, budget)?;
    let coding = Coding::of(set)?;
    let segments = Segments::of(set, coding)?;
    let pixels = Pixels::of(set, coding, size, frame_count)?;
    let segment_of_frame = segments.of_frames(set, coding, frame_count)?;
    let placed = places::place(set, &segment_of_frame, context)?;
    let mut painter = Painter::new(FORMAT, size, context.bscan_count, wanted, budget)?;
    let mut order: Vec<usize> = (0..frame_count as usize).collect();
    order.sort_by_key(|frame| segment_of_frame[*frame]);
    for frame in order {
        let bscan_index = placed.bscans[frame];
        match segment_of_frame[frame] {
            Some(class) => painter.paint(bscan_index, class, pixels.inside(frame))?,
            None => {
                painter.touch(bscan_index);
                for (value, range) in pixels.runs(frame) {
                    let class = segments.class_of_value(value)?;
                    painter.paint(bscan_index, class, [range])?;
                }
            }
        }
    }
    let (bscans, overlap) = painter.finish()?;
    let mut warnings: Vec<String> = placed.warning.into_iter().collect();
    warnings.extend(coding.warning());
    warnings.extend(overlap);
    Ok(ForeignLabels {
        format: LabelFormat::DicomSeg,
        classes: segments.classes(),
        bscans,
        warnings,
    })
}

fn declared_size(set: &InMemDicomObject, budget: &Budget) -> Result<SizePx, ReadError> {
    let side = |tag| number_of(set, tag).unwrap_or_default();
    budget.size("The DICOM SEG file", side(tags::COLUMNS), side(tags::ROWS))
}

/// Frames that the file declares: at least one, and no more than it describes.
pub(super) fn frame_count(
    format: &'static str,
    set: &InMemDicomObject,
    budget: &Budget,
) -> Result<u32, ReadError> {
    let count = number_of(set, tags::NUMBER_OF_FRAMES).unwrap_or(1);
    budget.frames("The DICOM file (Number of Frames)", count)?;
    if count == 0 {
        return Err(ReadError::field(
            format,
            "Number of Frames (0028,0008)",
            "it declares no frame",
        ));
    }
    Ok(count as u32)
}

/// Text of a coded string attribute.
fn keyword(set: &InMemDicomObject, tag: dicom_core::Tag) -> String {
    text_of(set, tag).unwrap_or_default()
}

/// Whether all frames of the file are one plain value, as opposed to compressed fragments.
pub(super) fn compressed(format: &'static str) -> ReadError {
    ReadError::Unsupported {
        format,
        feature: "compressed frames".to_owned(),
        advice: "save it as Explicit VR Little Endian and import that",
    }
}

/// The bits that a sample takes.
fn bits_allocated(set: &InMemDicomObject) -> u64 {
    numbers_of(set, tags::BITS_ALLOCATED)
        .first()
        .copied()
        .unwrap_or_default()
}
