//! Counts of whole numbers, from which means and percentiles follow exactly, however many there are.

use serde::Serialize;

/// How often each number was met.
#[derive(Clone, Debug, Default)]
pub(super) struct Histogram {
    counts: Vec<u64>,
}

/// What a histogram says, in the unit of its numbers times a factor. Percentiles are nearest-rank.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Summary {
    pub(super) mean: f64,
    pub(super) min: f64,
    pub(super) p5: f64,
    pub(super) median: f64,
    pub(super) p95: f64,
    pub(super) max: f64,
}

impl Histogram {
    /// Meets `number` `times` times.
    pub(super) fn add(&mut self, number: usize, times: u64) {
        if number >= self.counts.len() {
            self.counts.resize(number + 1, 0);
        }
        self.counts[number] += times;
    }

    /// How many numbers were met.
    pub(super) fn len(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Mean and percentiles with every number multiplied by `unit`; `None` when none was met.
    pub(super) fn summary(&self, unit: f64) -> Option<Summary> {
        let len = self.len();
        if len == 0 {
            return None;
        }
        let weighted = (0_u64..)
            .zip(&self.counts)
            .map(|(number, count)| number * count);
        let at = |share: f64| self.number_at_rank((share * len as f64).ceil() as u64) as f64 * unit;
        Some(Summary {
            mean: weighted.sum::<u64>() as f64 / len as f64 * unit,
            min: at(0.0),
            p5: at(0.05),
            median: at(0.5),
            p95: at(0.95),
            max: at(1.0),
        })
    }

    /// The number at `rank` (from 1) in order of size; ranks beyond the ends are those of the ends.
    fn number_at_rank(&self, rank: u64) -> usize {
        let rank = rank.clamp(1, self.len().max(1));
        let mut seen = 0;
        let found = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        found.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_nearest_ranks() {
        let mut counts = Histogram::default();
        assert_eq!(counts.summary(1.0), None);
        (1..=100).for_each(|number| counts.add(number, 1));
        let expected = Summary {
            mean: 101.0,
            min: 2.0,
            p5: 10.0,
            median: 100.0,
            p95: 190.0,
            max: 200.0,
        };
        assert_eq!(counts.summary(2.0), Some(expected));
        let mut one = Histogram::default();
        one.add(7, 3);
        let summary = one.summary(1.0).expect("three numbers");
        assert_eq!(
            (summary.min, summary.median, summary.max, summary.mean),
            (7.0, 7.0, 7.0, 7.0)
        );
    }
}
