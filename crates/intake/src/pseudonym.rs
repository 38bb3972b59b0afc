//! What takes the place of UIDs and patient ids: derived with the site's key, and recognised with it.
//!
//! Each pseudonym ends in a check that only the holder of the key can make. So a file that was already
//! de-identified with the same key is recognised, and going through again changes nothing.

use crate::SiteKey;

/// Root for UIDs that are made of a UUID (PS3.5, section B.2).
const UUID_ROOT: &str = "2.25.";

impl SiteKey {
    /// The UID that stands for `uid` at this site: `2.25.` and a UUID of version 8 (RFC 9562), of which 90 bits name
    /// the UID and 32 are the check.
    pub(crate) fn uid(&self, uid: &str) -> String {
        if self.is_own_uid(uid) {
            return uid.to_owned();
        }
        let mut bytes = [0; 16];
        bytes[..12].copy_from_slice(&self.mac("uid", uid.as_bytes())[..12]);
        bytes[6] = bytes[6] & 0x0f | 0x80;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let check = self.mac("uid check", &bytes[..12]);
        bytes[12..].copy_from_slice(&check[..4]);
        format!("{UUID_ROOT}{}", u128::from_be_bytes(bytes))
    }

    /// True for a UID that [`SiteKey::uid`] made with this key.
    pub(crate) fn is_own_uid(&self, uid: &str) -> bool {
        let number = uid.strip_prefix(UUID_ROOT);
        let Some(value) = number.and_then(|digits| digits.parse::<u128>().ok()) else {
            return false;
        };
        let bytes = value.to_be_bytes();
        bytes[6] & 0xf0 == 0x80
            && bytes[8] & 0xc0 == 0x80
            && self.mac("uid check", &bytes[..12])[..4] == bytes[12..]
            // One spelling only, so that a UID cannot carry anything in leading zeros or a sign.
            && number == Some(value.to_string().as_str())
    }

    /// The name and id under which a patient is known from here on: 64 bits that name the patient, 32 of check.
    pub(crate) fn patient(&self, id: &[u8]) -> String {
        let named = hex::encode_upper(&self.mac("patient", id)[..8]);
        let check = hex::encode_upper(&self.mac("patient check", named.as_bytes())[..4]);
        format!("FV{named}{check}")
    }

    /// True for a pseudonym that [`SiteKey::patient`] made with this key.
    pub(crate) fn is_own_patient(&self, id: &str) -> bool {
        let parts = id
            .strip_prefix("FV")
            .and_then(|rest| rest.split_at_checked(16));
        parts.is_some_and(|(named, check)| {
            check == hex::encode_upper(&self.mac("patient check", named.as_bytes())[..4])
        })
    }

    /// By how many days the dates of a patient go back: 1 to `days_max`, the same for all files of the patient.
    pub(crate) fn days_back(&self, id: &[u8], days_max: u32) -> u32 {
        let mac = self.mac("date shift", id);
        let number = u64::from_be_bytes([
            mac[0], mac[1], mac[2], mac[3], mac[4], mac[5], mac[6], mac[7],
        ]);
        // The remainder is less than the limit, which has 32 bits.
        (number % u64::from(days_max.max(1))) as u32 + 1
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn many_uids_stay_apart() {
        let key = SiteKey::new([7; 32]);
        let mapped: HashSet<String> = (0..20_000)
            .map(|n| key.uid(&format!("1.2.826.0.1.3680043.{n}")))
            .collect();
        assert_eq!(mapped.len(), 20_000);
        assert!(
            mapped
                .iter()
                .all(|uid| uid.len() <= 64 && key.is_own_uid(uid))
        );
    }

    proptest! {
        #[test]
        fn a_pseudonym_is_its_own(seed in any::<[u8; 32]>(), uid in "[0-9.]{0,64}", id in ".{0,64}") {
            let key = SiteKey::new(seed);
            let mapped = key.uid(&uid);
            prop_assert_eq!(&key.uid(&mapped), &mapped);
            prop_assert!(!key.is_own_uid(&uid));
            prop_assert!(key.is_own_patient(&key.patient(id.as_bytes())));
            prop_assert!(!key.is_own_patient(&id));
        }

        #[test]
        fn another_site_makes_others(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
            prop_assume!(a != b);
            let (a, b) = (SiteKey::new(a), SiteKey::new(b));
            prop_assert_ne!(a.uid("1.2.3"), b.uid("1.2.3"));
            prop_assert!(!b.is_own_uid(&a.uid("1.2.3")));
        }

        #[test]
        fn days_stay_in_range(id in any::<Vec<u8>>(), days_max in 1u32..10_000) {
            let days = SiteKey::new([3; 32]).days_back(&id, days_max);
            prop_assert!((1..=days_max).contains(&days));
        }
    }
}
