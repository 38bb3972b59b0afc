//! How often one address may fail to sign in. Kept in memory: it stops nobody who has many addresses, and those who
//! have few forget nothing by a restart that the limit per account would not remember.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::limits::network;

/// Failures that one address has free.
const BURST: i64 = 30;
/// Time in which one of them comes back.
const REFILL_US: i64 = 2_000_000;
/// Addresses that are remembered before those with nothing held against them are dropped.
const ADDRESSES_MAX: usize = 10_000;

/// Until when the failures of each address are held against it.
#[derive(Debug, Default)]
pub(super) struct AddressLimit {
    full_again_at_us: HashMap<IpAddr, i64>,
}

impl AddressLimit {
    /// Holds one failure against `address`, before it is known whether it is one. `Err` says how long to wait, in µs.
    pub(super) fn take(&mut self, address: IpAddr, now_us: i64) -> Result<(), i64> {
        if self.full_again_at_us.len() >= ADDRESSES_MAX {
            self.full_again_at_us.retain(|_, at_us| *at_us > now_us);
        }
        let at_us = self.full_again_at_us.entry(network(address)).or_default();
        let held_us = (*at_us - now_us).clamp(0, BURST * REFILL_US);
        // Written down anew: after a clock that was set back nobody waits for it to catch up.
        *at_us = now_us + held_us;
        let over_us = held_us + REFILL_US - BURST * REFILL_US;
        if over_us > 0 {
            return Err(over_us);
        }
        *at_us += REFILL_US;
        Ok(())
    }

    /// It was no failure.
    pub(super) fn give_back(&mut self, address: IpAddr) {
        if let Some(at_us) = self.full_again_at_us.get_mut(&network(address)) {
            *at_us -= REFILL_US;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn failures_come_back_one_by_one() {
        let (mut limit, here) = (AddressLimit::default(), address("192.0.2.1"));
        for _ in 0..BURST {
            assert_eq!(limit.take(here, 0), Ok(()));
        }
        assert_eq!(limit.take(here, 0), Err(REFILL_US));
        assert_eq!(limit.take(address("192.0.2.2"), 0), Ok(()));
        assert_eq!(limit.take(here, REFILL_US), Ok(()));
        assert_eq!(limit.take(here, REFILL_US), Err(REFILL_US));
        limit.give_back(here);
        assert_eq!(limit.take(here, REFILL_US), Ok(()));
        let set_back_us = -3_600_000_000;
        assert_eq!(limit.take(here, set_back_us), Err(REFILL_US));
        assert_eq!(limit.take(here, set_back_us + REFILL_US), Ok(()));
    }

    #[test]
    fn neighbours_in_a_network_share() {
        let mut limit = AddressLimit::default();
        for at in 0..BURST {
            assert_eq!(limit.take(address(&format!("2001:db8::{at}")), 0), Ok(()));
        }
        assert!(limit.take(address("2001:db8::ffff"), 0).is_err());
        assert!(limit.take(address("2001:db8:0:1::1"), 0).is_ok());
    }
}
