//! Expected calibration error: does a confidence of 0.9 mean right nine times of ten?
//!
//! Definition: 15 equal-width bins `(lo, hi]`, top-label confidence, retina-band pixels only (Naeini et al. 2015,
//! Guo et al. 2017). Counts and sums are integers, so the number of threads cannot change the figure.

use serde::{Deserialize, Serialize};

/// Number of bins.
pub const CALIBRATION_BIN_COUNT: usize = 15;
/// Confidence is summed in steps of 1e-6.
const CONFIDENCE_STEPS: f64 = 1e6;

/// Integer counts per bin; they add up over pictures, machines and weeks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalibrationBins {
    count: [u64; CALIBRATION_BIN_COUNT],
    correct: [u64; CALIBRATION_BIN_COUNT],
    confidence_steps: [u64; CALIBRATION_BIN_COUNT],
}

impl CalibrationBins {
    /// Takes one pixel: the confidence of the predicted class (0..=1) and whether it was right.
    pub fn add(&mut self, confidence: f32, correct: bool) {
        let confidence = f64::from(confidence).clamp(0.0, 1.0);
        let bin = ((confidence * CALIBRATION_BIN_COUNT as f64).ceil() as usize)
            .clamp(1, CALIBRATION_BIN_COUNT)
            - 1;
        self.count[bin] += 1;
        self.correct[bin] += u64::from(correct);
        self.confidence_steps[bin] += (confidence * CONFIDENCE_STEPS).round() as u64;
    }

    /// Number of pixels taken.
    pub fn total(&self) -> u64 {
        self.count.iter().sum()
    }

    /// `Σ n_b / N · |accuracy_b − confidence_b|`, or `None` without a pixel.
    pub fn ece(&self) -> Option<f64> {
        let total = self.total();
        (total > 0).then(|| {
            let gap = |b: usize| {
                (self.correct[b] as f64 - self.confidence_steps[b] as f64 / CONFIDENCE_STEPS).abs()
            };
            (0..CALIBRATION_BIN_COUNT).map(gap).sum::<f64>() / total as f64
        })
    }
}

impl std::ops::AddAssign<&Self> for CalibrationBins {
    fn add_assign(&mut self, other: &Self) {
        for bin in 0..CALIBRATION_BIN_COUNT {
            self.count[bin] += other.count[bin];
            self.correct[bin] += other.correct[bin];
            self.confidence_steps[bin] += other.confidence_steps[bin];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perfectly_honest_is_zero_and_boasting_is_not() {
        let (mut honest, mut boasting) = (CalibrationBins::default(), CalibrationBins::default());
        for i in 0..10 {
            honest.add(0.8, i < 8);
            boasting.add(1.0, i < 8);
        }
        assert!(honest.ece().expect("pixels") < 1e-9);
        assert!((boasting.ece().expect("pixels") - 0.2).abs() < 1e-9);
        assert_eq!(CalibrationBins::default().ece(), None);
    }

    #[test]
    fn the_upper_border_belongs_to_a_bin_and_sums_are_associative() {
        let (mut a, mut b) = (CalibrationBins::default(), CalibrationBins::default());
        a.add(0.0666, true);
        a.add(0.0, false);
        b.add(1.0, true);
        assert_eq!(a.count[0], 2);
        assert_eq!(b.count[14], 1);
        let mut ab = a.clone();
        ab += &b;
        b += &a;
        assert_eq!(ab, b);
    }
}
