//! Connections of each address.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use super::rates::network;

/// Connections of another machine, where the settings do not say how many. This one has no such limit: a proxy here
/// speaks for everybody.
const OTHERS_MAX: u32 = 128;

/// Who is connected how often; clones share it.
#[derive(Clone)]
pub(crate) struct Addresses {
    open: Arc<Mutex<HashMap<IpAddr, u32>>>,
    each_max: Option<u32>,
}

impl Addresses {
    /// Up to `each_max` connections for each, or up to a number that leaves the others room.
    pub(crate) fn new(each_max: Option<u32>) -> Self {
        Self {
            open: Arc::default(),
            each_max,
        }
    }

    /// Room for one more connection of `address`, held until the turn is dropped.
    pub(crate) fn turn(&self, address: IpAddr) -> Option<AddressTurn> {
        let each_max = match (self.each_max, address.is_loopback()) {
            (Some(each_max), _) => each_max,
            (None, true) => u32::MAX,
            (None, false) => OTHERS_MAX,
        };
        let address = network(address);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= each_max {
            return None;
        }
        *count += 1;
        Some(AddressTurn {
            of: self.clone(),
            address,
        })
    }
}

/// A connection that counts.
pub(crate) struct AddressTurn {
    of: Addresses,
    address: IpAddr,
}

impl Drop for AddressTurn {
    fn drop(&mut self) {
        let mut open = self.of.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = open.entry(self.address) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_connections_and_no_more() {
        let addresses = Addresses::new(Some(2));
        let (here, there) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let first = addresses.turn(here).expect("room");
        let _second = addresses.turn(here).expect("room");
        assert!(addresses.turn(here).is_none());
        assert!(addresses.turn(there).is_some());
        drop(first);
        assert!(addresses.turn(here).is_some());
        let unset = Addresses::new(None);
        let held: Vec<_> = (0..1_000)
            .map(|_| unset.turn(IpAddr::from([127, 0, 0, 1])))
            .collect();
        assert!(held.iter().all(Option::is_some));
        let held: Vec<_> = (0..1_000).map(|_| unset.turn(here)).collect();
        assert_eq!(held.iter().flatten().count(), OTHERS_MAX as usize);
        // Who is gone is forgotten.
        let open = addresses.open.lock().expect("no panic");
        assert_eq!(open.len(), 1);
    }
}
