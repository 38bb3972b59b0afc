//! DICOM Segmentation and Height Map Segmentation, in and out.

mod elsewhere;
mod height_map;
mod highdicom;
mod hostile;
mod places;
mod seg;

use chrono::{NaiveDate, NaiveDateTime};
use fovea_annotation::Mask;
use fovea_geometry::SizePx;
use fovea_imaging::{DicomExport, ForeignLabels, LabelContext, Laterality, ScanPattern};
use fovea_phantom::{PhantomParams, PhantomVolume, generate};

pub(crate) fn export() -> DicomExport {
    let written_at: Option<NaiveDateTime> =
        NaiveDate::from_ymd_opt(2024, 5, 6).and_then(|day| day.and_hms_opt(7, 8, 9));
    DicomExport {
        pseudonym: "CASE-7".to_owned(),
        written_at: written_at.expect("a time"),
    }
}

/// A left eye of 5 B-scans of 37×41 px, no two of them alike: frames of 1,517 bits, so that no second one starts at
/// the first bit of a byte. B-scan 3 has no label and B-scan 1 is labelled as background alone.
pub(crate) struct Phantom {
    pub(crate) volume: PhantomVolume,
    pub(crate) masks: Vec<Option<Mask>>,
}

pub(crate) fn phantom() -> Phantom {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(37, 41))
        .with_bscans(5);
    let mut volume = generate(5, &params);
    volume.volume.laterality = Laterality::Left;
    volume.volume.pattern = ScanPattern::Raster;
    let mut masks: Vec<Option<Mask>> = volume.masks.iter().cloned().map(Some).collect();
    masks[1] = Some(Mask::background(SizePx::new(37, 41)));
    masks[3] = None;
    // Marks of the top row, the first column and the first B-scan.
    if let Some(first) = &mut masks[0] {
        first.classes_mut()[..3].copy_from_slice(&[1, 2, 0]);
        first.classes_mut()[37] = 3;
    }
    if let Some(last) = &mut masks[4] {
        last.classes_mut()[1516] = 4;
    }
    Phantom { volume, masks }
}

impl Phantom {
    pub(crate) fn context(&self) -> LabelContext {
        LabelContext::of(&self.volume.volume)
    }
}

/// Pixels of each class of `labels` by B-scan, background left out: `(bscan, class, count)`.
pub(crate) fn counts(labels: &ForeignLabels) -> Vec<(u32, u8, usize)> {
    let mut counts = Vec::new();
    for bscan in &labels.bscans {
        let classes = bscan.mask.as_ref().map_or(&[][..], |mask| mask.classes());
        for class in 1..=u8::MAX {
            let count = classes.iter().filter(|found| **found == class).count();
            if count > 0 {
                counts.push((bscan.bscan_index, class, count));
            }
        }
    }
    counts
}
