//! The queue beside its page: leases that are given back or renewed, and scores that are computed again.

mod leases;
mod recompute;

pub(crate) use leases::{release_lease, renew_lease};
pub(crate) use recompute::{go_on, start_recompute};
