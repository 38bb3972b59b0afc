//! The window that a file wants its values shown through: Modality LUT and VOI LUT (PS3.3 sections C.11.1 and C.11.2).

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::groups::FrameGroups;
use crate::dicom::lookup::{decimals_of, text_of};
use crate::{Bscan, Samples};

/// Stored values to display values. What is kept deep stays as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    slope: f64,
    intercept: f64,
    center: f64,
    width: f64,
}

/// Shows B-scans of deeper values through the window of each frame; those of 8 bits stay as they are. The sentence
/// about that, if a window was used: where one frame has none, none has, as B-scans of one volume are compared.
pub(super) fn show(bscans: &mut [Bscan], frames: &[FrameGroups<'_>]) -> Option<String> {
    let windows: Vec<Window> = frames.iter().map(Window::of).collect::<Option<_>>()?;
    if bscans.iter().all(|bscan| bscan.deep.is_none()) {
        return None;
    }
    let first = windows.first()?;
    let is_one = windows.iter().all(|window| window == first);
    let mut table = first.table();
    let mut of_table = first;
    for (bscan, window) in bscans.iter_mut().zip(&windows) {
        if window != of_table {
            (table, of_table) = (window.table(), window);
        }
        window.apply(bscan, &table);
    }
    Some(match is_one {
        true => "Values are shown through the window that the file gives.".to_owned(),
        false => "Values are shown through a window of each frame, so that their brightness is not comparable."
            .to_owned(),
    })
}

impl Window {
    /// The first window of a frame; none where a value is missing or no linear window is meant.
    fn of(frame: &FrameGroups<'_>) -> Option<Self> {
        let voi = frame.holder(tags::FRAME_VOILUT_SEQUENCE);
        let modality = frame.holder(tags::PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
        let first = |set, tag: Tag| decimals_of(set, tag).first().copied();
        let is_linear = text_of(voi, tags::VOILUT_FUNCTION).is_none_or(|name| name == "LINEAR");
        let window = Self {
            slope: first(modality, tags::RESCALE_SLOPE).unwrap_or(1.0),
            intercept: first(modality, tags::RESCALE_INTERCEPT).unwrap_or(0.0),
            center: first(voi, tags::WINDOW_CENTER)?,
            width: first(voi, tags::WINDOW_WIDTH)?,
        };
        let is_usable = window.width >= 1.0
            && [window.slope, window.intercept, window.center, window.width]
                .iter()
                .all(|value| value.is_finite());
        (is_linear && is_usable).then_some(window)
    }

    /// What is shown of every value of 16 bits: each occurs many times, in every B-scan.
    fn table(&self) -> Vec<u8> {
        (0..=u16::MAX)
            .map(|value| self.shown(value.into()))
            .collect()
    }

    fn apply(&self, bscan: &mut Bscan, table: &[u8]) {
        match &bscan.deep {
            Some(Samples::U16(values)) => {
                let shown = values.iter().map(|value| table[usize::from(*value)]);
                bscan.pixels = shown.collect();
            }
            Some(Samples::F32(values)) => {
                let shown = values.iter().map(|value| self.shown((*value).into()));
                bscan.pixels = shown.collect();
            }
            Some(Samples::U8(_)) | None => {}
        }
    }

    /// The linear function of PS3.3 section C.11.2.1.2.1 onto 0 to 255.
    fn shown(&self, stored: f64) -> u8 {
        let value = stored * self.slope + self.intercept;
        let (center, width) = (self.center - 0.5, self.width - 1.0);
        match () {
            () if value <= center - width / 2.0 => 0,
            () if value > center + width / 2.0 => u8::MAX,
            () => (((value - center) / width + 0.5) * 255.0 + 0.5) as u8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_that_of_the_standard() {
        let window = Window {
            slope: 1.0,
            intercept: -1_024.0,
            center: 40.0,
            width: 400.0,
        };
        // Reference: pydicom.pixels.apply_voi_lut, rounded to 8 bits.
        for (stored, expected) in [
            (0.0, 0),
            (864.0, 0),
            (964.0, 64),
            (1_064.0, 128),
            (1_263.0, 255),
            (4_000.0, 255),
        ] {
            assert_eq!(window.shown(stored), expected, "{stored}");
        }
    }
}
