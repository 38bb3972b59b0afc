//! Which class of which B-scan is which frame, and the bits of all of them.

use fovea_annotation::Mask;

use crate::{Labelled, WriteError};

use super::FORMAT;

/// One frame: where one segment is in one B-scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SegFrame {
    /// From 1.
    pub(super) segment: u16,
    /// From 0.
    pub(super) bscan_index: u32,
}

/// All frames by segment, then by B-scan.
pub(super) struct SegFrames {
    /// Class of segment `i + 1`.
    pub(super) classes: Vec<u8>,
    pub(super) frames: Vec<SegFrame>,
    /// One bit per pixel, lowest first, without a gap between frames (PS3.5 section 8.1.1).
    pub(super) bits: Vec<u8>,
}

impl SegFrames {
    /// Classes that occur nowhere get no segment, and a segment no frame for B-scans without it. A B-scan labelled as
    /// background alone keeps one empty frame, so that it can be told from one without a label.
    pub(super) fn of(labelled: &Labelled<'_>) -> Result<Self, WriteError> {
        let masks: Vec<(u32, &Mask)> = (0..labelled.volume.bscans.len() as u32)
            .zip(labelled.masks)
            .filter_map(|(index, mask)| Some((index, mask.as_ref()?)))
            .collect();
        let present: Vec<[bool; 256]> = masks.iter().map(|(_, mask)| occurring(mask)).collect();
        let classes: Vec<u8> = (1..=u8::MAX)
            .filter(|class| present.iter().any(|seen| seen[usize::from(*class)]))
            .collect();
        if classes.is_empty() {
            return Err(WriteError::NotRepresentable {
                format: FORMAT,
                what: "labels without a single labelled pixel".to_owned(),
            });
        }
        let pixels = labelled.volume.bscan_size().len();
        let mut frames = Vec::new();
        let mut shown = Vec::new();
        for (segment, class) in (1..).zip(&classes) {
            for ((bscan_index, mask), seen) in masks.iter().zip(&present) {
                let is_kept_empty = segment == 1 && !seen[1..].contains(&true);
                if seen[usize::from(*class)] || is_kept_empty {
                    frames.push(SegFrame {
                        segment,
                        bscan_index: *bscan_index,
                    });
                    shown.push((*class, *mask));
                }
            }
        }
        let bits = pack(&shown, pixels)?;
        Ok(Self {
            classes,
            frames,
            bits,
        })
    }
}

fn occurring(mask: &Mask) -> [bool; 256] {
    let mut seen = [false; 256];
    for class in mask.classes() {
        seen[usize::from(*class)] = true;
    }
    seen
}

fn pack(shown: &[(u8, &Mask)], pixels: usize) -> Result<Vec<u8>, WriteError> {
    let bytes = (shown.len() as u64 * pixels as u64).div_ceil(8);
    // The length of a value is an even number of 32 bits.
    if bytes > u64::from(u32::MAX) - 1 {
        return Err(WriteError::NotRepresentable {
            format: FORMAT,
            what: format!("{} frames of {pixels} pixels", shown.len()),
        });
    }
    let mut bits = vec![0; bytes.next_multiple_of(2) as usize];
    for (frame, (class, mask)) in shown.iter().enumerate() {
        let start = frame * pixels;
        for (at, found) in mask.classes().iter().enumerate() {
            if found == class {
                bits[(start + at) / 8] |= 1 << ((start + at) % 8);
            }
        }
    }
    Ok(bits)
}
