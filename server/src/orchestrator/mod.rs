//! The orchestrator: runs as steps in a lease table of the metadata database.
//!
//! There is no queue beside the database and nobody in charge. A step is put there in the transaction of the run, taken
//! by a worker under a lease and an epoch, kept by heartbeats, and ended by whoever still holds it. Any process may look
//! for leases that ran out. [`step`] decides as a pure function; the rest reads, asks it, and writes what it says.

mod lease;
mod lease_clock;
mod person;
mod run_state;
mod schedule;
mod settle;
mod step;
mod sweep;
mod sweeper;
mod tick;
mod timing;

pub(crate) use lease::{Claim, Failure, Hold, claim, fail, give_back, heartbeat, succeed};
pub(crate) use lease_clock::LeaseClock;
pub(crate) use person::{cancel, retry};
pub(crate) use settle::Moment;
pub(crate) use step::{AttemptEnd, Step};
pub(crate) use sweeper::Sweeper;
pub(crate) use tick::{SILENT_AFTER_US, last_tick_age_us, tick_age_us};
pub(crate) use timing::{ATTEMPTS_MAX, Timing, draw};
