//! The difference of two label maps: per class added from and removed to background, and relabelled between classes.
//!
//! Peers differ here and get burnt: a change from one class to another is neither added nor removed, it is counted
//! apart in a class × class matrix, so that a relabel never reads "+0 -0".

use crate::Mask;
use fovea_geometry::SizePx;
use serde::{Deserialize, Serialize};

/// Pixel counts of what changed between two masks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskDiff {
    /// `[class, pixels]` that were background and became the class; classes ascending, no zeros.
    pub added: Vec<(u8, u64)>,
    /// `[class, pixels]` that were the class and became background; classes ascending, no zeros.
    pub removed: Vec<(u8, u64)>,
    /// `[from, to, pixels]` between two classes that are not background; ascending, no zeros.
    pub relabelled: Vec<(u8, u8, u64)>,
}

/// Two masks of different size have no diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a label of {} × {} px cannot be compared with one of {} × {} px; they belong to different tiles", a.width, a.height, b.width, b.height)]
pub struct SizeMismatch {
    /// Size of the first mask.
    pub a: SizePx,
    /// Size of the second mask.
    pub b: SizePx,
}

const CHUNK_PX: usize = 256;
const WORD_PX: usize = 8;

impl MaskDiff {
    /// What changed from `old` to `new`.
    pub fn between(old: &Mask, new: &Mask) -> Result<Self, SizeMismatch> {
        if old.size() != new.size() {
            return Err(SizeMismatch {
                a: old.size(),
                b: new.size(),
            });
        }
        let changed = || {
            let chunks = old
                .classes()
                .chunks(CHUNK_PX)
                .zip(new.classes().chunks(CHUNK_PX));
            // Most of a label never changes: whole chunks are skipped at memory speed.
            chunks.filter(|(a, b)| a != b)
        };
        let highest = |classes: &[u8]| classes.iter().copied().fold(0, u8::max);
        let highest = changed().map(|(a, b)| highest(a).max(highest(b))).max();
        let class_count = highest.map_or(0, |class| usize::from(class) + 1);
        let mut joint = vec![0_u64; class_count * class_count];
        let mut count = |(old, new): (u8, u8), pixels: u64| {
            joint[usize::from(old) * class_count + usize::from(new)] += pixels;
        };
        changed().for_each(|(a, b)| count_runs(a, b, &mut count));
        let mut diff = Self::default();
        for (at, &count) in joint.iter().enumerate().filter(|(_, count)| **count > 0) {
            match ((at / class_count) as u8, (at % class_count) as u8) {
                (from, to) if from == to => {}
                (0, to) => diff.added.push((to, count)),
                (from, 0) => diff.removed.push((from, count)),
                (from, to) => diff.relabelled.push((from, to, count)),
            }
        }
        Ok(diff)
    }

    /// Pixels that became a class and were background.
    pub fn added_px(&self) -> u64 {
        self.added.iter().map(|(_, n)| n).sum()
    }

    /// Pixels that became background and were a class.
    pub fn removed_px(&self) -> u64 {
        self.removed.iter().map(|(_, n)| n).sum()
    }

    /// Pixels that went from one class to another.
    pub fn relabelled_px(&self) -> u64 {
        self.relabelled.iter().map(|(_, _, n)| n).sum()
    }

    /// True when both masks are the same.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.relabelled.is_empty()
    }

    /// One line for a person: `+12px -5px`, and ` ~3px` when classes were exchanged.
    pub fn summary(&self) -> String {
        let relabelled = self.relabelled_px();
        let tail = if relabelled > 0 {
            format!(" ~{relabelled}px")
        } else {
            String::new()
        };
        format!("+{}px -{}px{tail}", self.added_px(), self.removed_px())
    }
}

/// Hands the runs of a piece of two masks on, as old and new class and how many pixels.
fn count_runs(old: &[u8], new: &[u8], count: &mut impl FnMut((u8, u8), u64)) {
    // Labels come in runs: counting one in a register beats one visit to memory per pixel.
    let mut run = ((old[0], new[0]), 0);
    let mut add = |pair, pixels| {
        if pair != run.0 {
            count(run.0, run.1);
            run = (pair, 0);
        }
        run.1 += pixels;
    };
    let ((old_words, old_rest), (new_words, new_rest)) = (old.as_chunks(), new.as_chunks());
    for (old, new) in old_words.iter().zip(new_words) {
        if is_uniform(old) && is_uniform(new) {
            add((old[0], new[0]), WORD_PX as u64);
            continue;
        }
        for (&old, &new) in old.iter().zip(new) {
            add((old, new), 1);
        }
    }
    for (&old, &new) in old_rest.iter().zip(new_rest) {
        add((old, new), 1);
    }
    count(run.0, run.1);
}

/// True when all pixels have one class.
fn is_uniform(word: &[u8; WORD_PX]) -> bool {
    u64::from_ne_bytes(*word) == u64::from(word[0]) * (u64::MAX / 0xff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tests::mask_pair;
    use proptest::prelude::*;

    /// Masks of whole rows of one class, each cut at some place: as layers are.
    fn bands() -> impl Strategy<Value = (Mask, Mask)> {
        let rows = || proptest::collection::vec((0_u8..4, 0_u8..4, 0_usize..200), 1..8);
        (1_u32..200, rows(), rows()).prop_map(|(width, old, new)| {
            let height = old.len().min(new.len());
            let size = SizePx::new(width, height as u32);
            let mask = |rows: &[(u8, u8, usize)]| {
                let row = |&(left, right, cut): &(u8, u8, usize)| {
                    (0..width as usize).map(move |x| if x < cut { left } else { right })
                };
                let classes = rows[..height].iter().flat_map(row).collect();
                Mask::new(size, classes).expect("length by construction")
            };
            (mask(&old), mask(&new))
        })
    }

    proptest! {
        #[test]
        fn counts_are_those_of_brute_force((old, new) in prop_oneof![mask_pair(), bands()]) {
            let diff = MaskDiff::between(&old, &new).expect("same size");
            let pairs: Vec<_> = old.classes().iter().zip(new.classes()).filter(|(a, b)| a != b).collect();
            for class in 1..4_u8 {
                let count = |list: &[(u8, u64)]| list.iter().find(|(c, _)| *c == class).map_or(0, |(_, n)| *n);
                prop_assert_eq!(count(&diff.added), pairs.iter().filter(|(a, b)| **a == 0 && **b == class).count() as u64);
                prop_assert_eq!(count(&diff.removed), pairs.iter().filter(|(a, b)| **a == class && **b == 0).count() as u64);
            }
            prop_assert_eq!(diff.relabelled_px(), pairs.iter().filter(|(a, b)| **a != 0 && **b != 0).count() as u64);
            prop_assert_eq!(diff.is_empty(), old == new);
        }
    }

    #[test]
    fn a_relabel_is_never_hidden() {
        let size = SizePx::new(3, 1);
        let (a, b) = (
            Mask::new(size, vec![5, 0, 6]).expect("3"),
            Mask::new(size, vec![6, 1, 0]).expect("3"),
        );
        assert_eq!(
            MaskDiff::between(&a, &b).expect("same size").summary(),
            "+1px -1px ~1px"
        );
        assert!(MaskDiff::between(&a, &Mask::background(SizePx::new(1, 3))).is_err());
    }
}
