//! COCO's run lengths: background and object by turns, down the columns, as numbers or packed into text.
//!
//! The packing is that of the COCO API (`rleToString` in `common/maskApi.c`): each count, from the third on less the
//! count two before it, as base-32 digits from the lowest, one per character from `0` (48) on; bit 5 says that more
//! digits follow and bit 4 of the last one is the sign.

use std::ops::Range;

/// Counts of a packed text; `None` when it is not well formed.
pub(crate) fn unpack(text: &[u8]) -> Option<Vec<u64>> {
    let mut counts: Vec<i64> = Vec::new();
    let mut digits = text.iter();
    while let Some(first) = digits.next() {
        let (mut value, mut shift) = (0_i64, 0);
        let mut digit = Some(first);
        loop {
            let bits = i64::from(digit?.checked_sub(48).filter(|bits| *bits < 64)?);
            value |= (bits & 0x1f).checked_shl(shift)?;
            shift += 5;
            if bits & 0x20 == 0 {
                if bits & 0x10 != 0 {
                    value |= -1 << shift;
                }
                break;
            }
            // Nine digits hold any count of a picture within the budget.
            digit = digits.next().filter(|_| shift < 45);
        }
        let before = counts.len().checked_sub(2).filter(|_| counts.len() > 2);
        let count = value.checked_add(before.map_or(0, |at| counts[at]))?;
        counts.push(Some(count).filter(|count| *count >= 0)?);
    }
    Some(counts.into_iter().map(i64::unsigned_abs).collect())
}

/// The packed text of `counts`.
pub(crate) fn pack(counts: &[u32]) -> String {
    let mut text = String::new();
    for (at, count) in counts.iter().enumerate() {
        let before = at.checked_sub(2).filter(|_| at > 2);
        let mut value = i64::from(*count) - before.map_or(0, |at| i64::from(counts[at]));
        loop {
            let bits = (value & 0x1f) as u8;
            value >>= 5;
            let is_last = if bits & 0x10 == 0 {
                value == 0
            } else {
                value == -1
            };
            text.push(char::from(48 + bits + if is_last { 0 } else { 0x20 }));
            if is_last {
                break;
            }
        }
    }
    text
}

/// Column-major index ranges of the object; `None` when the counts are not those of `pixels` pixels.
pub(crate) fn ranges(counts: &[u64], pixels: u64) -> Option<Vec<Range<u64>>> {
    let mut at = 0_u64;
    let mut ranges = Vec::with_capacity(counts.len() / 2);
    for (turn, count) in counts.iter().enumerate() {
        let end = at.checked_add(*count).filter(|end| *end <= pixels)?;
        if turn % 2 == 1 && end > at {
            ranges.push(at..end);
        }
        at = end;
    }
    (at == pixels).then_some(ranges)
}

/// Counts of an object, given pixel by pixel down the columns.
pub(crate) fn counts(object: impl Iterator<Item = bool>) -> Vec<u32> {
    let (mut counts, mut run, mut before) = (Vec::new(), 0, false);
    for is_object in object {
        if is_object != before {
            counts.push(run);
            (run, before) = (0, is_object);
        }
        run += 1;
    }
    counts.push(run);
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn objects_come_back(object in prop::collection::vec(any::<bool>(), 0..400)) {
            let counts = counts(object.iter().copied());
            let unpacked = unpack(pack(&counts).as_bytes()).expect("our own text");
            prop_assert_eq!(&unpacked, &counts.iter().map(|c| u64::from(*c)).collect::<Vec<_>>());
            let mut back = vec![false; object.len()];
            for range in ranges(&unpacked, object.len() as u64).expect("all pixels") {
                back[range.start as usize..range.end as usize].fill(true);
            }
            prop_assert_eq!(back, object);
        }

        #[test]
        fn large_counts_come_back(counts in prop::collection::vec(any::<u32>(), 0..20)) {
            let unpacked = unpack(pack(&counts).as_bytes()).expect("our own text");
            prop_assert_eq!(unpacked, counts.into_iter().map(u64::from).collect::<Vec<_>>());
        }

        #[test]
        fn any_text_is_survived(text in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Some(counts) = unpack(&text) {
                let _ = ranges(&counts, 1_000);
            }
        }
    }

    #[test]
    fn texts_that_lie_are_refused() {
        for text in ["P", "00000O", "oooooooooooo0", "~"] {
            assert_eq!(unpack(text.as_bytes()), None, "{text}");
        }
        assert_eq!(ranges(&[1, 2], 4), None);
        assert_eq!(ranges(&[u64::MAX, u64::MAX], 4), None);
    }
}
