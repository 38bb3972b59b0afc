//! An anchor and ours in turns, and what their ratio is worth.

use serde::Serialize;

/// Turns of each; the first pair warms caches and is not counted.
const ROUNDS: usize = 10;
/// A machine on which the anchor's own halves differ by more than this share tells nothing.
const DRIFT_MAX: f64 = 0.10;

/// One figure beside its anchor.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    anchor: &'a str,
    rounds: usize,
    ours_cpu_ms: f64,
    anchor_cpu_ms: f64,
    /// Median over the rounds of anchor ÷ ours.
    ratio: f64,
    ratio_min: f64,
    ratio_max: f64,
    goal: f64,
    /// MB (10⁶ bytes) of 8-bit pixels per CPU-second.
    ours_mb_per_cpu_s: f64,
    anchor_mb_per_cpu_s: f64,
    /// Difference of the medians of the anchor's first and second half, as a share.
    anchor_drift: f64,
    verdict: &'static str,
}

/// What is measured, and how good it ought to be.
pub(crate) struct Comparison<'a> {
    pub(crate) name: &'a str,
    pub(crate) anchor: &'a str,
    /// The ratio to reach.
    pub(crate) goal: f64,
    /// 8-bit pixels that one run handles, in bytes.
    pub(crate) pixel_bytes: usize,
}

impl Comparison<'_> {
    /// Runs both in turns and prints a JSON line. Each closure gives the CPU-seconds of one run.
    pub(crate) fn run(
        &self,
        mut anchor: impl FnMut() -> anyhow::Result<f64>,
        mut ours: impl FnMut() -> anyhow::Result<f64>,
    ) -> anyhow::Result<()> {
        let (mut anchors, mut own) = (Vec::new(), Vec::new());
        for round in 0..=ROUNDS {
            let (theirs, mine) = (anchor()?, ours()?);
            if round > 0 {
                anchors.push(theirs);
                own.push(mine);
            }
        }
        let ratios: Vec<f64> = anchors.iter().zip(&own).map(|(a, o)| a / o).collect();
        let (first, second) = anchors.split_at(ROUNDS / 2);
        let anchor_drift = (median(first) / median(second) - 1.0).abs();
        let ratio = median(&ratios);
        let megabytes = self.pixel_bytes as f64 / 1e6;
        let line = Line {
            name: self.name,
            anchor: self.anchor,
            rounds: ROUNDS,
            ours_cpu_ms: median(&own) * 1e3,
            anchor_cpu_ms: median(&anchors) * 1e3,
            ratio,
            ratio_min: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratio_max: ratios.iter().copied().fold(0.0, f64::max),
            goal: self.goal,
            ours_mb_per_cpu_s: megabytes / median(&own),
            anchor_mb_per_cpu_s: megabytes / median(&anchors),
            anchor_drift,
            verdict: match () {
                () if anchor_drift > DRIFT_MAX => "unsteady machine, no verdict",
                () if ratio >= self.goal => "reached",
                () => "not reached",
            },
        };
        println!("{}", serde_json::to_string(&line)?);
        Ok(())
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => (sorted[n / 2 - 1] + sorted[n / 2]) / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        for (values, expected) in [
            (&[3.0, 1.0, 2.0][..], 2.0),
            (&[4.0, 1.0, 2.0, 3.0], 2.5),
            (&[7.0], 7.0),
        ] {
            assert_eq!(median(values), expected);
        }
    }
}
