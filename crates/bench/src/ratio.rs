//! An anchor and ours in turns, and what their ratio is worth.

use serde::Serialize;

/// Turns of each; the first pair warms caches and is not counted.
const ROUNDS: usize = 10;
/// A machine on which the anchor's own halves differ by more than this share tells nothing that is not clear in every
/// round.
const DRIFT_MAX: f64 = 0.10;

/// One figure beside its anchor.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    anchor: &'a str,
    rounds: usize,
    measured: Time,
    ours_ms: f64,
    anchor_ms: f64,
    /// Median over the rounds of anchor ÷ ours.
    ratio: f64,
    ratio_min: f64,
    ratio_max: f64,
    goal: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal_ms: Option<f64>,
    #[serde(flatten)]
    rate: Option<Rate>,
    /// Difference of the medians of the anchor's first and second half, as a share.
    anchor_drift: f64,
    verdict: &'static str,
}

/// MB (10⁶ bytes) per second of the time that was measured.
#[derive(Serialize)]
struct Rate {
    ours_mb_per_s: f64,
    anchor_mb_per_s: f64,
}

/// What a run was measured by.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Time {
    /// Time on processors, of all threads and child processes.
    Cpu,
    /// Time that passed.
    Wall,
}

/// What is measured, and how good it ought to be.
pub(crate) struct Comparison<'a> {
    pub(crate) name: &'a str,
    pub(crate) anchor: &'a str,
    pub(crate) measured: Time,
    /// The ratio to reach.
    pub(crate) goal: f64,
    /// The longest that one run of ours may take as well, in ms.
    pub(crate) goal_ms: Option<f64>,
    /// Bytes that one run handles, where the rate tells something.
    pub(crate) bytes: Option<usize>,
}

impl Comparison<'_> {
    /// Runs both in turns and prints a JSON line. Each closure gives the seconds of one run.
    pub(crate) fn run(
        &self,
        anchor: impl FnMut() -> anyhow::Result<f64>,
        ours: impl FnMut() -> anyhow::Result<f64>,
    ) -> anyhow::Result<()> {
        self.run_rounds(ROUNDS, anchor, ours)
    }

    /// The same with another number of rounds, for what takes long.
    pub(crate) fn run_rounds(
        &self,
        rounds: usize,
        mut anchor: impl FnMut() -> anyhow::Result<f64>,
        mut ours: impl FnMut() -> anyhow::Result<f64>,
    ) -> anyhow::Result<()> {
        let (mut anchors, mut own) = (Vec::new(), Vec::new());
        for round in 0..=rounds {
            let (theirs, mine) = (anchor()?, ours()?);
            if round > 0 {
                anchors.push(theirs);
                own.push(mine);
            }
        }
        let ratios: Vec<f64> = anchors.iter().zip(&own).map(|(a, o)| a / o).collect();
        let (first, second) = anchors.split_at(rounds / 2);
        let anchor_drift = (median(first) / median(second) - 1.0).abs();
        let rate = self.bytes.map(|bytes| Rate {
            ours_mb_per_s: bytes as f64 / 1e6 / median(&own),
            anchor_mb_per_s: bytes as f64 / 1e6 / median(&anchors),
        });
        let line = Line {
            name: self.name,
            anchor: self.anchor,
            rounds,
            measured: self.measured,
            ours_ms: median(&own) * 1e3,
            anchor_ms: median(&anchors) * 1e3,
            ratio: median(&ratios),
            ratio_min: ratios.iter().copied().fold(f64::INFINITY, f64::min),
            ratio_max: ratios.iter().copied().fold(0.0, f64::max),
            goal: self.goal,
            goal_ms: self.goal_ms,
            rate,
            anchor_drift,
            verdict: verdict(&self.shares(&anchors, &own), anchor_drift),
        };
        println!("{}", serde_json::to_string(&line)?);
        Ok(())
    }

    /// How far each round was on its way to the goal: 1 and more is there.
    fn shares(&self, anchors: &[f64], own: &[f64]) -> Vec<f64> {
        let rounds = anchors.iter().zip(own);
        let share = |(anchor, own): (&f64, &f64)| {
            let of_ratio = anchor / own / self.goal;
            self.goal_ms
                .map_or(of_ratio, |goal| of_ratio.min(goal / own / 1e3))
        };
        rounds.map(share).collect()
    }
}

/// What the rounds tell. Where the machine drifts, only what holds in every round is told.
fn verdict(shares: &[f64], drift: f64) -> &'static str {
    let is_there = |share: &f64| *share >= 1.0;
    match () {
        () if shares.iter().all(is_there) => "goal reached",
        () if !shares.iter().any(is_there) => "goal not reached",
        () if drift > DRIFT_MAX => "unsteady machine, no verdict",
        () if is_there(&median(shares)) => "goal reached",
        () => "goal not reached",
    }
}

/// The middle of `values`, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> f64 {
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
    fn a_goal_is_reached_by_ratio_and_time() {
        let comparison = |goal_ms| Comparison {
            name: "",
            anchor: "",
            measured: Time::Cpu,
            goal: 2.0,
            goal_ms,
            bytes: None,
        };
        // Seconds of the anchor and ours, a goal in ms, the drift, and what that tells.
        let cases = [
            (&[(4.0, 1.0), (3.0, 1.5)][..], None, 0.5, "goal reached"),
            (&[(4.0, 1.0)], Some(1_000.0), 0.0, "goal reached"),
            (&[(4.0, 1.0)], Some(999.0), 0.0, "goal not reached"),
            (&[(4.0, 3.0), (5.0, 3.0)], None, 0.5, "goal not reached"),
            (
                &[(4.0, 1.0), (1.0, 1.0)],
                None,
                0.5,
                "unsteady machine, no verdict",
            ),
            (
                &[(4.0, 1.0), (1.0, 1.0), (5.0, 1.0)],
                None,
                0.0,
                "goal reached",
            ),
        ];
        for (seconds, goal_ms, drift, expected) in cases {
            let (anchors, own): (Vec<f64>, Vec<f64>) = seconds.iter().copied().unzip();
            let shares = comparison(goal_ms).shares(&anchors, &own);
            assert_eq!(verdict(&shares, drift), expected, "{seconds:?} {goal_ms:?}");
        }
    }

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
