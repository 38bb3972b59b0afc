//! PackBits (PS3.5, section G.3).

/// One run of a packed segment.
enum Run<'a> {
    /// Bytes as they are.
    Plain(&'a [u8]),
    /// One byte, that often.
    Same(u8, usize),
    /// A header that stands for nothing.
    Nothing,
}

/// The first run and what lies behind it; none when it is cut off.
fn next(packed: &[u8]) -> Option<(Run<'_>, &[u8])> {
    let (&head, rest) = packed.split_first()?;
    match head {
        0..=127 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(head) + 1)?;
            Some((Run::Plain(bytes), rest))
        }
        128 => Some((Run::Nothing, rest)),
        129..=255 => {
            let (&byte, rest) = rest.split_first()?;
            Some((Run::Same(byte, 257 - usize::from(head)), rest))
        }
    }
}

/// The runs of `packed` that give the first `count` bytes, and nothing behind or between them. The last run is
/// shortened where it gives more: some encoders pack the byte that makes their number even. None when there are too few.
pub(super) fn exactly(packed: &[u8], count: usize) -> Option<Vec<u8>> {
    let mut runs = Vec::new();
    let (mut rest, mut left) = (packed, count);
    while left > 0 {
        let (run, behind) = next(rest)?;
        rest = behind;
        left -= match run {
            Run::Plain(bytes) => {
                let bytes = &bytes[..bytes.len().min(left)];
                push_plain(&mut runs, bytes);
                bytes.len()
            }
            Run::Same(byte, times) => {
                let times = times.min(left);
                push_same(&mut runs, byte, times);
                times
            }
            Run::Nothing => 0,
        };
    }
    Some(runs)
}

/// What runs that are whole give.
pub(super) fn unpacked(packed: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = packed;
    while let Some((run, behind)) = next(rest) {
        rest = behind;
        match run {
            Run::Plain(plain) => bytes.extend_from_slice(plain),
            Run::Same(byte, times) => bytes.resize(bytes.len() + times, byte),
            Run::Nothing => {}
        }
    }
    bytes
}

/// Packs rows of `columns` bytes, each for itself, as the standard wants it.
pub(super) fn packed(bytes: &[u8], columns: usize) -> Vec<u8> {
    let mut runs = Vec::new();
    for row in bytes.chunks(columns.max(1)) {
        let mut rest = row;
        while let Some(&first) = rest.first() {
            let window = &rest[..rest.len().min(128)];
            let same = window.iter().take_while(|byte| **byte == first).count();
            let plain = match same {
                1 => window.windows(2).position(|pair| pair[0] == pair[1]),
                _ => Some(0),
            };
            let taken = match plain {
                Some(0) => {
                    push_same(&mut runs, first, same);
                    same
                }
                length => {
                    let length = length.unwrap_or(window.len());
                    push_plain(&mut runs, &window[..length]);
                    length
                }
            };
            rest = &rest[taken..];
        }
    }
    runs
}

/// At most 128 bytes as they are.
fn push_plain(runs: &mut Vec<u8>, bytes: &[u8]) {
    runs.push((bytes.len() - 1) as u8);
    runs.extend_from_slice(bytes);
}

/// One byte, 1 to 128 times.
fn push_same(runs: &mut Vec<u8>, byte: u8, times: usize) {
    match times {
        1 => push_plain(runs, &[byte]),
        _ => runs.extend_from_slice(&[(257 - times) as u8, byte]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn runs_are_taken_until_the_bytes_are_there() {
        type Case<'a> = (&'a [u8], usize, Option<&'a [u8]>);
        let cases: [Case<'_>; 7] = [
            (&[0xff, 7, 1, 5, 6], 4, Some(&[0xff, 7, 1, 5, 6])),
            (&[0xff, 7, 1, 5, 6], 3, Some(&[0xff, 7, 0, 5])),
            (&[0xfe, 7], 2, Some(&[0xff, 7])),
            (&[0xfe, 7], 1, Some(&[0, 7])),
            (&[0x80, 0x80, 0, 9, 0x80, b'S'], 1, Some(&[0, 9])),
            (&[0xff, 7], 3, None),
            (&[3, 1, 2], 4, None),
        ];
        for (packed, count, expected) in cases {
            let found = exactly(packed, count);
            assert_eq!(found.as_deref(), expected, "{packed:?} {count}");
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(
            bytes in proptest::collection::vec(0_u8..3, 0..600),
            columns in 1_usize..300,
        ) {
            let packed = packed(&bytes, columns);
            prop_assert_eq!(&unpacked(&packed), &bytes);
            prop_assert_eq!(exactly(&packed, bytes.len()), Some(packed));
        }
    }
}
