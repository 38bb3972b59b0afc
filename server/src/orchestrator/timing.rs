//! The times that the orchestrator works by.

use serde::Deserialize;
use uuid::Uuid;

/// Further attempts after failures that may pass; a worker that died in the step counts as one.
pub(crate) const RETRIES_MAX: u32 = 3;
/// All attempts of a step.
pub(crate) const ATTEMPTS_MAX: u32 = 1 + RETRIES_MAX;

/// `[orchestrator]` in `server.toml`; every process on the same data must have the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Timing {
    /// How long a worker may be silent before its step is taken from it, in ms.
    pub(crate) lease_ms: u32,
    /// How often leases and deadlines are looked at, in ms.
    pub(crate) sweep_ms: u32,
    /// How often an idle worker asks for a step, in ms. Runs that its own process takes in wake it at once.
    pub(crate) poll_ms: u32,
    /// How long a run may take from its creation, in s.
    pub(crate) deadline_s: u32,
    /// Pause after the first failure of a step, in ms; it doubles with each further one.
    pub(crate) backoff_first_ms: u32,
    /// Longest such pause, in ms.
    pub(crate) backoff_max_ms: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            lease_ms: 30_000,
            sweep_ms: 1_000,
            poll_ms: 500,
            deadline_s: 3_600,
            backoff_first_ms: 2_000,
            backoff_max_ms: 60_000,
        }
    }
}

impl Timing {
    /// What is wrong with these times, if anything.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let faults = [
            (self.lease_ms < 200, "lease_ms is at least 200"),
            (
                self.sweep_ms < 20 || self.sweep_ms > self.lease_ms,
                "sweep_ms lies between 20 and lease_ms",
            ),
            (
                self.poll_ms < 20 || self.poll_ms > 60_000,
                "poll_ms lies between 20 and 60000",
            ),
            (self.deadline_s == 0, "deadline_s is at least 1"),
            (
                self.backoff_first_ms > self.backoff_max_ms,
                "backoff_first_ms is at most backoff_max_ms",
            ),
        ];
        faults
            .into_iter()
            .find(|(is_wrong, _)| *is_wrong)
            .map(|(_, what)| what)
    }

    pub(crate) fn lease_us(&self) -> i64 {
        us(self.lease_ms)
    }

    pub(crate) fn deadline_us(&self) -> i64 {
        us(self.deadline_s) * 1_000
    }

    pub(crate) fn backoff_max_us(&self) -> i64 {
        us(self.backoff_max_ms)
    }

    /// Pause after failure number `attempt` (from 1): between half of the doubled pause and all of it. `jitter` is in
    /// 0..=1 and keeps steps that failed together from coming back together.
    pub(crate) fn backoff_us(&self, attempt: u32, jitter: f64) -> i64 {
        let doublings = attempt.saturating_sub(1).min(30);
        let whole = us(self.backoff_first_ms)
            .saturating_mul(1 << doublings)
            .min(self.backoff_max_us());
        whole / 2 + ((whole / 2) as f64 * jitter.clamp(0.0, 1.0)) as i64
    }
}

fn us(ms: u32) -> i64 {
    i64::from(ms) * 1_000
}

/// A random number, for [`jitter`].
pub(crate) fn draw() -> u64 {
    Uuid::new_v4().as_u64_pair().1
}

/// A number in 0..1 for step `step_no` from the number that its caller drew: steps of one sweep differ.
pub(crate) fn jitter(drawn: u64, step_no: i64) -> f64 {
    // SplitMix64 (Steele, Lea, Flood 2014): its output bits are good enough to spread pauses.
    let mut z = drawn.wrapping_add((step_no as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let timing = Timing::default();
        let cases = [
            (1, 0.0, 1_000_000),
            (1, 1.0, 2_000_000),
            (2, 1.0, 4_000_000),
            (3, 0.5, 6_000_000),
            (9, 1.0, 60_000_000),
            (u32::MAX, 0.0, 30_000_000),
        ];
        for (attempt, jitter, us) in cases {
            assert_eq!(timing.backoff_us(attempt, jitter), us, "{attempt} {jitter}");
        }
    }

    #[test]
    fn jitter_spreads() {
        let drawn: Vec<f64> = (0..1_000).map(|step| jitter(5, step)).collect();
        assert!(drawn.iter().all(|j| (0.0..1.0).contains(j)));
        let mean = drawn.iter().sum::<f64>() / 1_000.0;
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
    }

    #[test]
    fn senseless_times_are_refused() {
        assert_eq!(Timing::default().fault(), None);
        let wrong = [
            Timing {
                lease_ms: 100,
                ..Timing::default()
            },
            Timing {
                sweep_ms: 40_000,
                ..Timing::default()
            },
            Timing {
                poll_ms: 0,
                ..Timing::default()
            },
            Timing {
                deadline_s: 0,
                ..Timing::default()
            },
            Timing {
                backoff_first_ms: 70_000,
                ..Timing::default()
            },
        ];
        for timing in wrong {
            assert!(timing.fault().is_some(), "{timing:?}");
        }
    }
}
