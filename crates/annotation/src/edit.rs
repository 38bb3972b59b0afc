//! Edits as values with an inverse: what a stroke, a fill or a merge did to a mask.

use crate::Mask;
use fovea_geometry::{RectPx, SizePx};

/// `len` pixels from row-major index `start` on, all of class `before`, became `after`. Runs never cross a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EditRun {
    /// Row-major index of the first pixel.
    pub start: u32,
    /// Number of pixels.
    pub len: u32,
    /// Class before the edit.
    pub before: u8,
    /// Class after it.
    pub after: u8,
}

/// A change of a mask that can be applied and taken back. Runs are sorted, disjoint and change something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub(crate) size: SizePx,
    pub(crate) runs: Vec<EditRun>,
}

/// Why an edit cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Made for a mask of another size.
    #[error("an edit for a mask of {} × {} px does not fit one of {} × {} px; reload the tile", edit.width, edit.height, mask.width, mask.height)]
    Size {
        /// Size the edit was made for.
        edit: SizePx,
        /// Size of the mask it met.
        mask: SizePx,
    },
    /// The mask holds something else than the edit expects, so applying it would destroy a label.
    #[error(
        "the mask holds class {found} at pixel {index} where the edit expects class {expected}; reload the tile"
    )]
    Conflict {
        /// Row-major pixel index.
        index: u32,
        /// What the edit expects.
        expected: u8,
        /// What is there.
        found: u8,
    },
}

impl Edit {
    /// What turns `before` into `after` (same size, which the caller knows), looking only inside `within`.
    pub fn between(before: &Mask, after: &Mask, within: RectPx) -> Self {
        let size = before.size();
        debug_assert_eq!(size, after.size(), "an edit connects masks of one size");
        let within = within.intersect(RectPx::of_size(size));
        let mut runs = Vec::new();
        for y in within.y0..within.y1 {
            let (old, new) = (before.row(y), after.row(y));
            push_row_runs(&mut runs, size.index(within.x0, y) as u32, |i| {
                let x = within.x0 as usize + i;
                (x < within.x1 as usize).then(|| (old[x], new[x]))
            });
        }
        Self { size, runs }
    }

    /// True when nothing changes.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The runs, sorted by start.
    pub fn runs(&self) -> &[EditRun] {
        &self.runs
    }

    /// Size of the masks it fits.
    pub const fn size(&self) -> SizePx {
        self.size
    }

    /// Number of pixels that change.
    pub fn changed_px(&self) -> u64 {
        self.runs.iter().map(|r| u64::from(r.len)).sum()
    }

    /// The edit that takes this one back.
    #[must_use]
    pub fn invert(&self) -> Self {
        let swap = |r: &EditRun| EditRun {
            before: r.after,
            after: r.before,
            ..*r
        };
        Self {
            size: self.size,
            runs: self.runs.iter().map(swap).collect(),
        }
    }

    /// The smallest rectangle that holds every changed pixel.
    pub fn dirty_rect(&self) -> RectPx {
        let width = self.size.width.max(1);
        self.runs.iter().fold(RectPx::EMPTY, |rect, run| {
            let (x, y) = (run.start % width, run.start / width);
            rect.union(RectPx {
                x0: x,
                y0: y,
                x1: x + run.len,
                y1: y + 1,
            })
        })
    }

    /// Applies the edit whole, or not at all: every pixel is checked before the first is written.
    pub fn apply(&self, mask: &mut Mask) -> Result<RectPx, EditError> {
        if mask.size() != self.size {
            return Err(EditError::Size {
                edit: self.size,
                mask: mask.size(),
            });
        }
        for run in &self.runs {
            let range = run.start as usize..(run.start + run.len) as usize;
            let offset = mask.classes()[range].iter().position(|&c| c != run.before);
            if let Some(offset) = offset {
                let index = run.start + offset as u32;
                return Err(EditError::Conflict {
                    index,
                    expected: run.before,
                    found: mask.classes()[index as usize],
                });
            }
        }
        for run in &self.runs {
            mask.classes_mut()[run.start as usize..(run.start + run.len) as usize].fill(run.after);
        }
        Ok(self.dirty_rect())
    }
}

/// Appends the runs of one row whose first pixel has index `start`; `pair(i)` gives (before, after), `None` ends it.
pub(crate) fn push_row_runs(
    runs: &mut Vec<EditRun>,
    start: u32,
    pair: impl Fn(usize) -> Option<(u8, u8)>,
) {
    let mut open: Option<EditRun> = None;
    let mut i = 0;
    while let Some((before, after)) = pair(i) {
        match &mut open {
            Some(run) if run.before == before && run.after == after => run.len += 1,
            _ => {
                runs.extend(open.take());
                open = (before != after).then_some(EditRun {
                    start: start + i as u32,
                    len: 1,
                    before,
                    after,
                });
            }
        }
        i += 1;
    }
    runs.extend(open);
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two masks of one small size with few classes, so that runs of every shape occur.
    pub(crate) fn mask_pair() -> impl Strategy<Value = (Mask, Mask)> {
        (1_u32..24, 1_u32..24).prop_flat_map(|(width, height)| {
            let size = SizePx::new(width, height);
            let classes = proptest::collection::vec(0_u8..4, size.len());
            (classes.clone(), classes).prop_map(move |(a, b)| {
                (
                    Mask::new(size, a).expect("length by construction"),
                    Mask::new(size, b).expect("length by construction"),
                )
            })
        })
    }

    proptest! {
        #[test]
        fn between_leads_from_one_mask_to_the_other_and_invert_back((a, b) in mask_pair()) {
            let edit = Edit::between(&a, &b, RectPx::of_size(a.size()));
            let mut live = a.clone();
            let dirty = edit.apply(&mut live).expect("fits");
            prop_assert_eq!(&live, &b);
            prop_assert_eq!(dirty, edit.dirty_rect());
            edit.invert().apply(&mut live).expect("fits");
            prop_assert_eq!(&live, &a);
            prop_assert_eq!(edit.invert().invert(), edit.clone());
            let brute = a.classes().iter().zip(b.classes()).filter(|(x, y)| x != y).count() as u64;
            prop_assert_eq!(edit.changed_px(), brute);
        }

        #[test]
        fn an_edit_that_does_not_fit_changes_nothing((a, b) in mask_pair()) {
            let edit = Edit::between(&a, &b, RectPx::of_size(a.size()));
            prop_assume!(!edit.is_empty());
            let mut live = b.clone();
            prop_assert!(edit.apply(&mut live).is_err());
            prop_assert_eq!(live, b);
        }
    }
}
