//! Joining two edits of one mask: what only one side changed, or both changed alike, joins by itself.

use crate::Mask;
use crate::diff::SizeMismatch;

/// Two sides joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaskMerge {
    /// The joined mask; where the sides contradict each other it is as the first has it.
    pub mask: Mask,
    /// Pixels that both sides changed, each to another class: row-major indices, ascending. A person decides.
    pub contradictions: Vec<usize>,
}

impl MaskMerge {
    /// Joins `first` and `second`, which both were edited from `base`.
    pub fn of(base: &Mask, first: &Mask, second: &Mask) -> Result<Self, SizeMismatch> {
        for side in [first, second] {
            if side.size() != base.size() {
                return Err(SizeMismatch {
                    a: base.size(),
                    b: side.size(),
                });
            }
        }
        let (mut mask, mut contradictions) = (first.clone(), Vec::new());
        let sides = base.classes().iter().zip(second.classes());
        let pixels = mask.classes_mut().iter_mut().zip(sides);
        for (at, (ours, (before, theirs))) in pixels.enumerate() {
            if ours == before {
                *ours = *theirs;
            } else if theirs != before && theirs != ours {
                contradictions.push(at);
            }
        }
        Ok(Self {
            mask,
            contradictions,
        })
    }

    /// Joins two masks that were not edited from a common one: every difference is a contradiction.
    pub fn without_base(first: &Mask, second: &Mask) -> Result<Self, SizeMismatch> {
        if first.size() != second.size() {
            return Err(SizeMismatch {
                a: first.size(),
                b: second.size(),
            });
        }
        let sides = first.classes().iter().zip(second.classes());
        let differs = sides
            .enumerate()
            .filter(|(_, (ours, theirs))| ours != theirs);
        Ok(Self {
            contradictions: differs.map(|(at, _)| at).collect(),
            mask: first.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tests::mask_pair;
    use fovea_geometry::SizePx;
    use proptest::prelude::*;

    fn merged(base: &Mask, first: &Mask, second: &Mask) -> MaskMerge {
        MaskMerge::of(base, first, second).expect("same size")
    }

    proptest! {
        #[test]
        fn one_side_alone_is_taken_whole((base, side) in mask_pair()) {
            for (first, second) in [(&base, &side), (&side, &base), (&side, &side)] {
                let merge = merged(&base, first, second);
                prop_assert_eq!(&merge.mask, &side);
                prop_assert!(merge.contradictions.is_empty());
            }
        }

        #[test]
        fn every_pixel_is_as_somebody_left_it((base, first) in mask_pair(), seed in any::<u64>()) {
            // The second side: some pixels as they were, some as the first has them, some of another class.
            let mut second = base.clone();
            for (at, class) in second.classes_mut().iter_mut().enumerate() {
                match (seed >> (at % 61)) & 3 {
                    0 => *class = first.classes()[at],
                    1 => *class = (*class + 1) % 4,
                    _ => {}
                }
            }
            let (merge, mirrored) = (merged(&base, &first, &second), merged(&base, &second, &first));
            prop_assert_eq!(&merge.contradictions, &mirrored.contradictions);
            for at in 0..base.classes().len() {
                let [before, ours, theirs, now] = [&base, &first, &second, &merge.mask].map(|mask| mask.classes()[at]);
                let contradict = ours != before && theirs != before && ours != theirs;
                prop_assert_eq!(merge.contradictions.contains(&at), contradict);
                let expected = if contradict || ours != before { ours } else { theirs };
                prop_assert_eq!(now, expected);
                // Whoever is first does not matter where nobody contradicts.
                prop_assert!(contradict || now == mirrored.mask.classes()[at]);
            }
        }
    }

    #[test]
    fn without_anything_in_common_every_difference_is_a_contradiction() {
        let size = SizePx::new(3, 1);
        let mask = |classes: [u8; 3]| Mask::new(size, classes.to_vec()).expect("3");
        let merge = MaskMerge::without_base(&mask([1, 2, 0]), &mask([1, 3, 4])).expect("same size");
        assert_eq!(
            (merge.mask, merge.contradictions),
            (mask([1, 2, 0]), vec![1, 2])
        );
    }

    #[test]
    fn masks_of_different_size_do_not_join() {
        let (base, side) = (SizePx::new(2, 1), SizePx::new(1, 2));
        let (base, side) = (Mask::background(base), Mask::background(side));
        assert!(MaskMerge::of(&base, &base, &side).is_err());
        assert!(MaskMerge::of(&base, &side, &base).is_err());
        assert!(MaskMerge::without_base(&base, &side).is_err());
    }
}
