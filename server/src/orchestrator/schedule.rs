//! Recurring jobs: planned in the database, taken by whoever moves the plan on first.
//!
//! A job that is taken and whose process then dies is not made up for: it comes again at its next time. That is right
//! for the sweeps that run here, each of which does all there is to do.

use std::str::FromStr as _;

use chrono::{DateTime, Utc};
use croner::Cron;

use crate::db::{self, Connection, DbError};

/// What is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Uploads that nobody finished are removed.
    UploadsExpiry,
}

/// A job and when it is due.
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    /// Minute, hour, day, month, weekday, in UTC.
    pub(crate) cron: &'static str,
    pub(crate) job: Job,
}

/// Every recurring job.
pub(crate) const SCHEDULES: &[Schedule] = &[Schedule {
    name: "uploads-expiry",
    cron: "*/10 * * * *",
    job: Job::UploadsExpiry,
}];

/// What is to be done about a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// Nothing is due.
    Wait,
    /// It is not planned, or planned wrongly: it is due next at this time.
    Write(i64),
    /// It is due: whoever moves it on to this time does it.
    Take { due_at_us: i64, next_at_us: i64 },
}

/// What to do at `now_us` about a schedule that is planned as `planned`: its cron text and when it is due.
fn plan(cron: &str, planned: Option<(&str, i64)>, now_us: i64) -> Plan {
    let Some(next_at_us) = next_after(cron, now_us) else {
        return Plan::Wait;
    };
    match planned {
        // Later than its next time: the clock was set back since it was planned.
        Some((text, due_at_us)) if text == cron && due_at_us <= next_at_us => {
            match due_at_us <= now_us {
                true => Plan::Take {
                    due_at_us,
                    next_at_us,
                },
                false => Plan::Wait,
            }
        }
        _ => Plan::Write(next_at_us),
    }
}

fn next_after(cron: &str, now_us: i64) -> Option<i64> {
    let now: DateTime<Utc> = DateTime::from_timestamp_micros(now_us)?;
    let next = Cron::from_str(cron).ok()?.find_next_occurrence(&now, false);
    Some(next.ok()?.timestamp_micros())
}

/// True when a schedule is due or has to be planned; costs no transaction that writes.
pub(crate) fn is_schedule_due(connection: &Connection, now_us: i64) -> Result<bool, DbError> {
    for schedule in SCHEDULES {
        if plan_of(connection, schedule, now_us)? != Plan::Wait {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Plans what is not planned and takes what is due; the caller does the jobs once its transaction is durable.
pub(crate) fn take_due(connection: &Connection, now_us: i64) -> Result<Vec<Job>, DbError> {
    let mut jobs = Vec::new();
    for schedule in SCHEDULES {
        match plan_of(connection, schedule, now_us)? {
            Plan::Wait => {}
            Plan::Write(next_at_us) => {
                db::plan_schedule(connection, schedule.name, schedule.cron, next_at_us)?;
            }
            Plan::Take {
                due_at_us,
                next_at_us,
            } => {
                if db::take_schedule(connection, schedule.name, due_at_us, next_at_us, now_us)? {
                    jobs.push(schedule.job);
                }
            }
        }
    }
    Ok(jobs)
}

fn plan_of(connection: &Connection, schedule: &Schedule, now_us: i64) -> Result<Plan, DbError> {
    let planned = db::next_due(connection, schedule.name)?;
    let planned = planned
        .as_ref()
        .map(|(cron, at_us)| (cron.as_str(), *at_us));
    Ok(plan(schedule.cron, planned, now_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2025-11-23 12:13:20 UTC.
    const NOW_US: i64 = 1_763_900_000_000_000;
    const MINUTE_US: i64 = 60_000_000;
    /// The next full ten minutes.
    const NEXT_US: i64 = NOW_US + 6 * MINUTE_US + 40_000_000;

    #[test]
    fn a_schedule_is_planned_taken_and_drawn_near() {
        let cron = "*/10 * * * *";
        let due_at_us = NEXT_US - 10 * MINUTE_US;
        let cases = [
            (None, Plan::Write(NEXT_US)),
            (Some((cron, NEXT_US)), Plan::Wait),
            (
                Some((cron, due_at_us)),
                Plan::Take {
                    due_at_us,
                    next_at_us: NEXT_US,
                },
            ),
            // Another plan than this program has.
            (Some(("0 * * * *", NEXT_US)), Plan::Write(NEXT_US)),
            // The clock was set back by a day.
            (
                Some((cron, NEXT_US + 1_440 * MINUTE_US)),
                Plan::Write(NEXT_US),
            ),
        ];
        for (planned, expected) in cases {
            assert_eq!(plan(cron, planned, NOW_US), expected, "{planned:?}");
        }
    }

    #[test]
    fn every_schedule_can_be_read() {
        for schedule in SCHEDULES {
            assert!(
                next_after(schedule.cron, NOW_US).is_some(),
                "{}",
                schedule.name
            );
        }
    }
}
