//! Unsigned LEB128, as the edit codec writes its counts.

/// Appends `value` in 1 to 5 bytes.
pub(crate) fn put(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value as u8) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Takes one value off the front of `bytes`; `None` when it is cut or larger than 32 bits.
pub(crate) fn take(bytes: &mut &[u8]) -> Option<u32> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return u32::try_from(value).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_put_is_taken(value: u32) {
            let mut bytes = Vec::new();
            super::put(&mut bytes, value);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(super::take(&mut rest), Some(value));
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = super::take(&mut bytes.as_slice());
        }
    }
}
