//! The life of a step as a function: what it is, the time and what happens, to what it becomes.
//!
//! Everything that can happen to a step is here, and nothing else decides about one. Each time a step is given away or
//! taken away its epoch goes up, and whoever speaks for an older epoch is not heard: a worker that comes back after its
//! lease ran out changes nothing.

use fovea_protocol::StepState;

use super::timing::{ATTEMPTS_MAX, Timing};

/// What decides about a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) state: StepState,
    /// Attempts begun; one that was given back does not count.
    pub(crate) attempt: u32,
    /// Goes up whenever the step changes hands.
    pub(crate) epoch: u64,
    /// Until when a worker holds it; exactly the running ones have it.
    pub(crate) lease_until_us: Option<i64>,
    /// A queued step is taken no earlier.
    pub(crate) next_at_us: i64,
}

/// What happens to a step. Workers name the epoch that they were given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Event {
    /// The step before it is done.
    Unblock,
    /// A worker wants it.
    Claim,
    /// Its worker is alive.
    Heartbeat { epoch: u64 },
    /// Its worker has done it.
    Succeed { epoch: u64 },
    /// Its worker could not do it now.
    FailForNow { epoch: u64, jitter: f64 },
    /// Its worker found that it can never be done.
    FailForGood { epoch: u64 },
    /// Its worker stops and has not done it.
    GiveBack { epoch: u64 },
    /// Somebody looks whether its worker is still there.
    Sweep { jitter: f64 },
    /// The run has no time left.
    Expire,
    /// A person stops the run.
    Cancel,
    /// A person wants the run tried again, from this step on.
    Retry,
    /// A person wants the run tried again, from an earlier step on.
    Rewind,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AttemptEnd {
    Succeeded,
    FailedForNow,
    FailedForGood,
    WorkerLost,
    GivenBack,
    Expired,
    Cancelled,
}

impl AttemptEnd {
    /// Its name in the database.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::FailedForNow => "FAILED_FOR_NOW",
            Self::FailedForGood => "FAILED_FOR_GOOD",
            Self::WorkerLost => "WORKER_LOST",
            Self::GivenBack => "GIVEN_BACK",
            Self::Expired => "EXPIRED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// What becomes of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// It stays as it is.
    Stay,
    /// It stays as it is, because whoever spoke does not hold it any more.
    Fenced,
    /// It becomes this; and the attempt that ran ended, if one did.
    Become(Step, Option<AttemptEnd>),
}

impl Step {
    /// A step that was never tried.
    pub(crate) const fn new(is_first: bool, now_us: i64) -> Self {
        Self {
            state: if is_first {
                StepState::Queued
            } else {
                StepState::Waiting
            },
            attempt: 0,
            epoch: 0,
            lease_until_us: None,
            next_at_us: now_us,
        }
    }

    /// What `event` at `now_us` makes of it.
    pub(crate) fn after(self, event: Event, now_us: i64, timing: &Timing) -> Decision {
        use StepState::{Cancelled, Failed, Queued, Running, Succeeded, Waiting};
        match (self.state, event) {
            (Waiting, Event::Unblock) => self.become_queued(now_us, None),
            (Queued, Event::Claim) => self.claimed(now_us, timing),
            (Queued | Running, Event::Sweep { jitter }) => self.swept(now_us, jitter, timing),
            (Succeeded | Failed | Cancelled, Event::Retry) => self.anew(Queued, now_us),
            (Succeeded | Failed | Cancelled, Event::Rewind) => self.anew(Waiting, now_us),
            (Waiting | Queued, Event::Expire) => self.ended(Failed, now_us, None),
            (Running, Event::Expire) => self.ended(Failed, now_us, Some(AttemptEnd::Expired)),
            (Waiting | Queued, Event::Cancel) => self.ended(Cancelled, now_us, None),
            (Running, Event::Cancel) => self.ended(Cancelled, now_us, Some(AttemptEnd::Cancelled)),
            (_, event) => match event.epoch() {
                None => Decision::Stay,
                Some(epoch) if self.state == Running && self.epoch == epoch => {
                    self.told_by_its_worker(event, now_us, timing)
                }
                Some(_) => Decision::Fenced,
            },
        }
    }

    fn told_by_its_worker(self, event: Event, now_us: i64, timing: &Timing) -> Decision {
        match event {
            Event::Heartbeat { .. } => Decision::Become(
                Self {
                    lease_until_us: Some(now_us + timing.lease_us()),
                    ..self
                },
                None,
            ),
            Event::Succeed { .. } => {
                self.ended(StepState::Succeeded, now_us, Some(AttemptEnd::Succeeded))
            }
            Event::FailForNow { jitter, .. } => {
                self.tried_in_vain(now_us, jitter, timing, AttemptEnd::FailedForNow)
            }
            Event::FailForGood { .. } => {
                self.ended(StepState::Failed, now_us, Some(AttemptEnd::FailedForGood))
            }
            // A worker that stops in good order is no failure of the step.
            Event::GiveBack { .. } => Self {
                attempt: self.attempt.saturating_sub(1),
                ..self
            }
            .become_queued(now_us, Some(AttemptEnd::GivenBack)),
            _ => Decision::Stay,
        }
    }

    fn claimed(self, now_us: i64, timing: &Timing) -> Decision {
        if self.next_at_us > now_us || self.attempt >= ATTEMPTS_MAX {
            return Decision::Stay;
        }
        Decision::Become(
            Self {
                state: StepState::Running,
                attempt: self.attempt + 1,
                epoch: self.epoch + 1,
                lease_until_us: Some(now_us + timing.lease_us()),
                ..self
            },
            None,
        )
    }

    /// A time further ahead than any that is given out says that the clock was set back: it is drawn near, so that a
    /// jump delays a step by no more than a lease, or the longest pause.
    fn swept(self, now_us: i64, jitter: f64, timing: &Timing) -> Decision {
        match self.lease_until_us {
            Some(until_us) if until_us <= now_us => {
                self.tried_in_vain(now_us, jitter, timing, AttemptEnd::WorkerLost)
            }
            Some(until_us) if until_us > now_us + timing.lease_us() => Decision::Become(
                Self {
                    lease_until_us: Some(now_us + timing.lease_us()),
                    ..self
                },
                None,
            ),
            None if self.next_at_us > now_us + timing.backoff_max_us() => Decision::Become(
                Self {
                    next_at_us: now_us + timing.backoff_max_us(),
                    ..self
                },
                None,
            ),
            _ => Decision::Stay,
        }
    }

    fn tried_in_vain(self, now_us: i64, jitter: f64, timing: &Timing, end: AttemptEnd) -> Decision {
        if self.attempt >= ATTEMPTS_MAX {
            return self.ended(StepState::Failed, now_us, Some(end));
        }
        let next_at_us = now_us + timing.backoff_us(self.attempt, jitter);
        self.become_queued(next_at_us, Some(end))
    }

    fn become_queued(self, next_at_us: i64, end: Option<AttemptEnd>) -> Decision {
        Decision::Become(self.left(StepState::Queued, next_at_us), end)
    }

    fn ended(self, state: StepState, now_us: i64, end: Option<AttemptEnd>) -> Decision {
        Decision::Become(self.left(state, now_us), end)
    }

    fn anew(self, state: StepState, now_us: i64) -> Decision {
        let step = Self {
            attempt: 0,
            ..self.left(state, now_us)
        };
        Decision::Become(step, None)
    }

    /// Held by nobody; whoever held it is fenced.
    fn left(self, state: StepState, next_at_us: i64) -> Self {
        Self {
            state,
            epoch: self.epoch + 1,
            lease_until_us: None,
            next_at_us,
            ..self
        }
    }
}

impl Event {
    /// The epoch for which a worker speaks.
    const fn epoch(self) -> Option<u64> {
        match self {
            Self::Heartbeat { epoch }
            | Self::Succeed { epoch }
            | Self::FailForNow { epoch, .. }
            | Self::FailForGood { epoch }
            | Self::GiveBack { epoch } => Some(epoch),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
