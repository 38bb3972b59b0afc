//! How long to wait after a failure: full jitter over a doubling limit.

use std::time::Duration;

use crate::Random;

/// First limit.
const BASE: Duration = Duration::from_secs(1);
/// The limit stops here.
const LIMIT_MAX: Duration = Duration::from_secs(300);
/// A server that just went away is looked for this often, so that its return is noticed soon…
const LIMIT_AT_FIRST: Duration = Duration::from_secs(5);
/// …for this long.
const AT_FIRST: Duration = Duration::from_secs(60);
/// A draw near zero must not become a busy loop.
const FLOOR: Duration = Duration::from_millis(200);

/// Wait before the next attempt to reach a server that has been away for `away`, after `failures` attempts in a row.
pub fn reconnect_delay(
    failures: u32,
    away: Duration,
    retry_after: Option<Duration>,
    random: &mut dyn Random,
) -> Duration {
    let limit_max = if away < AT_FIRST {
        LIMIT_AT_FIRST
    } else {
        LIMIT_MAX
    };
    jittered(failures, limit_max, random).max(retry_after.unwrap_or_default().min(LIMIT_MAX))
}

/// Wait before an operation that the server answered with "later" is sent again.
pub fn operation_delay(attempts: u32, random: &mut dyn Random) -> Duration {
    jittered(attempts, LIMIT_MAX, random)
}

fn jittered(failures: u32, limit_max: Duration, random: &mut dyn Random) -> Duration {
    let doubled = BASE.saturating_mul(1_u32.checked_shl(failures.min(16)).unwrap_or(u32::MAX));
    doubled
        .min(limit_max)
        .mul_f64(random.unit().clamp(0.0, 1.0))
        .max(FLOOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(f64);

    impl Random for Fixed {
        fn unit(&mut self) -> f64 {
            self.0
        }
    }

    #[test]
    fn limits_double_up_to_five_minutes_and_are_short_at_first() {
        let s = Duration::from_secs;
        let table = [
            (0, s(0), None, 1.0, s(1)),
            (1, s(0), None, 1.0, s(2)),
            (4, s(30), None, 1.0, s(5)),
            (4, s(61), None, 1.0, s(16)),
            (40, s(4_000), None, 1.0, s(300)),
            (40, s(4_000), None, 0.5, s(150)),
            (0, s(0), None, 0.0, FLOOR),
            (0, s(0), Some(s(40)), 0.0, s(40)),
            (0, s(0), Some(s(9_999)), 0.0, s(300)),
        ];
        for (failures, away, retry_after, draw, expected) in table {
            let found = reconnect_delay(failures, away, retry_after, &mut Fixed(draw));
            assert_eq!(
                found, expected,
                "{failures} {away:?} {retry_after:?} {draw}"
            );
        }
        assert_eq!(operation_delay(3, &mut Fixed(1.0)), s(8));
    }
}
