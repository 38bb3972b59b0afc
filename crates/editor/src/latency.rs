//! The visible contract: p50 and p95 of what a person waits for.

use std::collections::VecDeque;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatencyKind {
    /// From the wish to see a tile until its pixels are handed to the canvas.
    TileOpen,
    /// From the pointer event until the frame that shows it is submitted.
    StrokeToScreen,
    /// From the wish to save until the version is durable.
    Save,
}

/// Median and 95th percentile in ms over the newest samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatencySummary {
    /// Median.
    pub p50_ms: f32,
    /// 95th percentile.
    pub p95_ms: f32,
}

const SAMPLE_COUNT_MAX: usize = 256;

/// The newest samples of each kind.
#[derive(Clone, Debug, Default)]
pub struct Latency {
    samples_ms: [VecDeque<f32>; 3],
}

impl Latency {
    /// Takes a sample in ms.
    pub fn add(&mut self, kind: LatencyKind, sample_ms: f32) {
        let samples = &mut self.samples_ms[kind as usize];
        if samples.len() == SAMPLE_COUNT_MAX {
            samples.pop_front();
        }
        samples.push_back(sample_ms);
    }

    /// Median and 95th percentile (nearest rank), or `None` before the first sample.
    pub fn summary(&self, kind: LatencyKind) -> Option<LatencySummary> {
        let mut sorted: Vec<f32> = self.samples_ms[kind as usize].iter().copied().collect();
        sorted.sort_by(f32::total_cmp);
        let rank = |percent: usize| {
            sorted
                .get((sorted.len() * percent).div_ceil(100).saturating_sub(1))
                .copied()
        };
        Some(LatencySummary {
            p50_ms: rank(50)?,
            p95_ms: rank(95)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_newest_samples() {
        let mut latency = Latency::default();
        assert_eq!(latency.summary(LatencyKind::Save), None);
        (0..1000).for_each(|i| latency.add(LatencyKind::Save, i as f32));
        let newest = latency.summary(LatencyKind::Save).expect("samples");
        assert_eq!((newest.p50_ms, newest.p95_ms), (871.0, 987.0));
        assert_eq!(latency.summary(LatencyKind::TileOpen), None);
    }
}
