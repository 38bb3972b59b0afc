//! Size, side and place of what DICOM images show.

use dicom_dictionary_std::tags;

use super::classes::Kind;
use super::groups::FrameGroups;
use super::planes::Planes;
use super::{laterality, spacing};
use crate::dicom::lookup::{number_of, text_of};
use crate::{Laterality, ScanPattern, Volume};

/// Fills spacing, laterality, pattern and places, with a warning for what is left open. `frames` are those of the volume.
pub(super) fn put(volume: &mut Volume, frames: &[FrameGroups<'_>], kind: Kind) {
    let planes = Planes::of(frames);
    let sizes = spacing::sizes(frames, &planes);
    volume.spacing_um = sizes.spacing_um;
    if let Some([width_mm, _]) = sizes.pixel_mm.filter(|_| kind == Kind::Tomogram) {
        let width_mm = f64::from(volume.bscan_size().width) * width_mm;
        for (bscan, line) in volume.bscans.iter_mut().zip(planes.lines(width_mm)) {
            bscan.position = line;
        }
    }
    volume.pattern = match kind {
        Kind::EnFace => ScanPattern::EnFace,
        Kind::Tomogram if volume.bscans.len() == 1 => ScanPattern::Line,
        Kind::Tomogram if planes.are_parallel() == Some(true) => ScanPattern::Raster,
        Kind::Tomogram | Kind::Other => ScanPattern::Unknown,
    };
    put_side(volume, frames, kind);
    volume.warnings.extend(sizes.warnings);
    // Labels refer to frames by their number in the file, so none is moved.
    if !planes.are_in_order() || !are_counted_in_order(frames) {
        volume.warnings.push(
            "The frames are not in the order of their places; they keep the order of the file, so that neighbours need not lie side by side."
                .to_owned(),
        );
    }
    if kind == Kind::Tomogram {
        let said = planes.warnings().into_iter().map(str::to_owned);
        volume.warnings.extend(said);
    }
}

fn put_side(volume: &mut Volume, frames: &[FrameGroups<'_>], kind: Kind) {
    let side = laterality::side(frames);
    volume.laterality = side.laterality;
    if side.is_contradictory {
        volume.warnings.push(
            "What the file says of the eye contradicts itself; please confirm the laterality."
                .to_owned(),
        );
    } else if kind != Kind::Other && side.laterality == Laterality::Unknown {
        volume.warnings.push(
            "The file does not say which eye it shows; please confirm the laterality.".to_owned(),
        );
    }
}

/// Whether the frames of each stack follow each other, stack by stack; true where one does not say its number.
fn are_counted_in_order(frames: &[FrameGroups<'_>]) -> bool {
    let count = |frame: &FrameGroups<'_>| {
        let content = frame.items(tags::FRAME_CONTENT_SEQUENCE).next()?;
        let position = number_of(content, tags::IN_STACK_POSITION_NUMBER)?;
        Some((text_of(content, tags::STACK_ID), position))
    };
    // Files of a series count each for itself.
    let is_one_image = frames
        .windows(2)
        .all(|pair| std::ptr::eq(pair[0].image(), pair[1].image()));
    let counts: Option<Vec<_>> = frames.iter().map(count).collect();
    let counts = counts.filter(|_| is_one_image).unwrap_or_default();
    let mut stacks: Vec<_> = counts.iter().map(|(stack, _)| stack).collect();
    stacks.dedup();
    let blocks = stacks.len();
    stacks.sort();
    stacks.dedup();
    let rises = |pair: &[(Option<String>, u64)]| pair[0].0 != pair[1].0 || pair[0].1 <= pair[1].1;
    blocks == stacks.len() && counts.windows(2).all(rises)
}
