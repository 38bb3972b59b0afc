//! Dice overlap per class. Both empty = 1, one empty = 0.

use crate::Mask;

/// Pixel counts from which Dice follows; they add up over pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DiceCounts {
    /// Pixels that both masks give the class.
    pub both: u64,
    /// Pixels of the class in the first mask.
    pub first: u64,
    /// Pixels of the class in the second mask.
    pub second: u64,
}

impl DiceCounts {
    /// `2|A∩B| / (|A| + |B|)`; 1 when both are empty.
    pub fn dice(self) -> f64 {
        let total = self.first + self.second;
        if total == 0 {
            1.0
        } else {
            2.0 * self.both as f64 / total as f64
        }
    }
}

impl std::ops::AddAssign for DiceCounts {
    fn add_assign(&mut self, other: Self) {
        self.both += other.both;
        self.first += other.first;
        self.second += other.second;
    }
}

/// Counts for classes `0..class_count` of two masks; pixels beyond the shorter mask are ignored, so give equal sizes.
pub fn dice_per_class(first: &Mask, second: &Mask, class_count: usize) -> Vec<DiceCounts> {
    let mut counts = vec![DiceCounts::default(); class_count];
    for (&a, &b) in first.classes().iter().zip(second.classes()) {
        if let Some(c) = counts.get_mut(usize::from(a)) {
            c.first += 1;
            c.both += u64::from(a == b);
        }
        if let Some(c) = counts.get_mut(usize::from(b)) {
            c.second += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;

    #[test]
    fn overlap_and_the_empty_cases() {
        let size = SizePx::new(4, 1);
        let a = Mask::new(size, vec![1, 1, 2, 0]).expect("4");
        let b = Mask::new(size, vec![1, 0, 3, 0]).expect("4");
        let dice: Vec<f64> = dice_per_class(&a, &b, 5)
            .into_iter()
            .map(DiceCounts::dice)
            .collect();
        assert_eq!(dice, [2.0 / 3.0, 2.0 / 3.0, 0.0, 0.0, 1.0]);
    }
}
