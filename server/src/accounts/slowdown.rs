//! How long a name must wait after sign-ins that failed. It is the same for a name that no account has.

use crate::db::{self, Connection, DbError, FailureRow};

/// Attempts that cost no wait: people mistype.
const FREE_ATTEMPTS: u32 = 5;
/// The first wait; each further failure doubles it.
const FIRST_WAIT_US: i64 = 1_000_000;
/// The longest one: about 290 guesses a day.
const WAIT_MAX_US: i64 = 300_000_000;
/// Failures older than this are forgotten.
const MEMORY_US: i64 = 3_600_000_000;

/// Whether an attempt is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It is, and counts as failed until it succeeds, so that many at the same time are no way around the wait.
    Heard {
        /// As many as may fail at once have failed before it.
        is_after_free_ones: bool,
    },
    /// Not before so many µs.
    Wait(i64),
}

/// Counts an attempt for `name`.
pub(super) fn count_attempt(
    connection: &Connection,
    name: &str,
    now_us: i64,
) -> Result<Attempt, DbError> {
    let row = db::failure_row(connection, name)?.unwrap_or_default();
    let (attempt, row) = next(row, now_us);
    if let Attempt::Heard { .. } = attempt {
        db::put_failure_row(connection, name, row, now_us - MEMORY_US)?;
    }
    Ok(attempt)
}

fn next(row: FailureRow, now_us: i64) -> (Attempt, FailureRow) {
    let wait_us = row.until_us - now_us;
    // A longer one than is ever given out means that the clock was set back.
    if (1..=WAIT_MAX_US).contains(&wait_us) {
        return (Attempt::Wait(wait_us), row);
    }
    let is_forgotten = now_us - row.last_at_us > MEMORY_US;
    let failures = if is_forgotten {
        0
    } else {
        row.failures.min(1_000)
    };
    let slowed = (failures + 1).saturating_sub(FREE_ATTEMPTS - 1);
    let wait_us = match slowed {
        0 => 0,
        slowed => FIRST_WAIT_US
            .saturating_mul(1 << (slowed - 1).min(20))
            .min(WAIT_MAX_US),
    };
    let row = FailureRow {
        failures: failures + 1,
        last_at_us: now_us,
        until_us: now_us + wait_us,
    };
    let is_after_free_ones = failures == FREE_ATTEMPTS;
    (Attempt::Heard { is_after_free_ones }, row)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let (mut row, mut now_us, mut waits_s) = (FailureRow::default(), MEMORY_US * 2, Vec::new());
        for _ in 0..16 {
            let (attempt, after) = next(row, now_us);
            assert!(matches!(attempt, Attempt::Heard { .. }), "{attempt:?}");
            let wait_us = after.until_us - now_us;
            waits_s.push(wait_us / 1_000_000);
            if wait_us > 0 {
                assert_eq!(next(after, now_us + wait_us - 1), (Attempt::Wait(1), after));
            }
            (row, now_us) = (after, now_us + wait_us);
        }
        let expected = [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300];
        assert_eq!(waits_s, expected);
    }

    #[test]
    fn an_hour_later_and_after_a_jump_of_the_clock_it_begins_anew() {
        let row = FailureRow {
            failures: 40,
            last_at_us: MEMORY_US,
            until_us: MEMORY_US + WAIT_MAX_US,
        };
        let (_, later) = next(row, MEMORY_US * 2 + 1);
        assert_eq!(later.failures, 1);
        let (attempt, _) = next(row, -MEMORY_US);
        assert!(matches!(attempt, Attempt::Heard { .. }));
    }
}
