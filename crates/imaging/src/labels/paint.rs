//! Pixels of many annotations drawn into one mask per B-scan.

use std::collections::BTreeMap;
use std::ops::Range;

use fovea_annotation::Mask;
use fovea_geometry::SizePx;

use crate::{Budget, ForeignBscan, LayerLines, ReadError, Wanted};

/// Pixels that the annotations of one import may write in any case, however often they cover each other; a large
/// volume may have all of its pixels written [`COVERED_MAX`] times.
const PAINTED_PX: u64 = 1 << 29;
const COVERED_MAX: u64 = 4;

/// One mask per B-scan that has an annotation. **Later annotations lie over earlier ones**, in the order of the file;
/// what they hide is counted. Classes that are not wanted are never painted, so they hide nothing.
pub(crate) struct Painter<'a> {
    format: &'static str,
    size: SizePx,
    wanted: &'a Wanted,
    canvases: BTreeMap<u32, Vec<u8>>,
    hidden_px: u64,
    limit_px: u64,
    left_px: u64,
}

impl<'a> Painter<'a> {
    /// Refuses more B-scans than the budget has room for.
    pub(crate) fn new(
        format: &'static str,
        size: SizePx,
        bscan_count: u32,
        wanted: &'a Wanted,
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        budget.size("The label", size.width.into(), size.height.into())?;
        budget.frames("The label", bscan_count.into())?;
        let bytes = (size.len() as u64).checked_mul(bscan_count.into());
        let bytes = budget.decoded("The label", bytes)?;
        let limit_px = PAINTED_PX.max(bytes.saturating_mul(COVERED_MAX));
        Ok(Self {
            format,
            size,
            wanted,
            canvases: BTreeMap::new(),
            hidden_px: 0,
            limit_px,
            left_px: limit_px,
        })
    }

    pub(crate) fn size(&self) -> SizePx {
        self.size
    }

    /// Makes the B-scan one with a mask, if only of background.
    pub(crate) fn touch(&mut self, bscan_index: u32) {
        let size = self.size;
        self.canvases
            .entry(bscan_index)
            .or_insert_with(|| vec![0; size.len()]);
    }

    /// Gives `class` to row-major index ranges, which the caller keeps inside the picture. The B-scan is one with a mask
    /// even where the class is not wanted: somebody has looked at it.
    pub(crate) fn paint(
        &mut self,
        bscan_index: u32,
        class: u8,
        ranges: impl IntoIterator<Item = Range<usize>>,
    ) -> Result<(), ReadError> {
        self.touch(bscan_index);
        if !self.wanted.has(class) {
            return Ok(());
        }
        let Some(canvas) = self.canvases.get_mut(&bscan_index) else {
            return Ok(());
        };
        for range in ranges {
            // Even an empty range costs the time to look at it.
            let cost = range.len() as u64 + 1;
            self.left_px = self.left_px.checked_sub(cost).ok_or_else(|| {
                ReadError::over(
                    &format!("The {} file", self.format),
                    "more annotated pixels".to_owned(),
                    format!("{} pixels", self.limit_px),
                )
            })?;
            let pixels = &mut canvas[range];
            let hidden = pixels.iter().filter(|old| **old != 0 && **old != class);
            self.hidden_px += hidden.count() as u64;
            pixels.fill(class);
        }
        Ok(())
    }

    /// The masks by B-scan, and the sentence about what lies under something else.
    pub(crate) fn finish(self) -> Result<(Vec<ForeignBscan>, Option<String>), ReadError> {
        let bscan = |(bscan_index, classes)| {
            let mask = Mask::new(self.size, classes)
                .map_err(|error| ReadError::field(self.format, "its masks", error.to_string()))?;
            Ok(ForeignBscan {
                bscan_index,
                image_name: None,
                mask: Some(mask),
                lines: LayerLines::default(),
            })
        };
        let bscans = self
            .canvases
            .into_iter()
            .map(bscan)
            .collect::<Result<_, ReadError>>()?;
        let warning = (self.hidden_px > 0).then(|| {
            format!(
                "{} pixels lie in annotations of more than one class; they have the class of the last one.",
                self.hidden_px
            )
        });
        Ok((bscans, warning))
    }
}
