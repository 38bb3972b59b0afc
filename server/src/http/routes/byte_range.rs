//! `Range: bytes=a-b` (RFC 9110, 14.2), one range at a time.

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: no header, or one that this server does not read.
    All,
    /// These bytes; not empty, inside the object.
    Part(Range<usize>),
    /// Nothing that exists.
    Outside,
}

/// Reads the header for an object of `len` bytes.
pub(super) fn asked_range(header: Option<&str>, len: usize) -> Asked {
    let Some((first, last)) = header
        .and_then(|text| text.strip_prefix("bytes="))
        .and_then(|text| text.split_once('-'))
    else {
        return Asked::All;
    };
    let range = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(len),
        (Ok(first), Err(_)) if last.is_empty() => first..len,
        (Err(_), Ok(suffix)) if first.is_empty() => len.saturating_sub(suffix)..len,
        _ => return Asked::All,
    };
    if range.is_empty() {
        Asked::Outside
    } else {
        Asked::Part(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_become_ranges() {
        for (header, expected) in [
            (None, Asked::All),
            (Some("bytes=0-3"), Asked::Part(0..4)),
            (Some("bytes=2-"), Asked::Part(2..10)),
            (Some("bytes=-3"), Asked::Part(7..10)),
            (Some("bytes=-99"), Asked::Part(0..10)),
            (Some("bytes=5-99"), Asked::Part(5..10)),
            (Some("bytes=10-"), Asked::Outside),
            (Some("bytes=-0"), Asked::Outside),
            (Some("bytes=3-2"), Asked::All),
            (Some("bytes=0-1,4-5"), Asked::All),
            (Some("bytes=0-18446744073709551615"), Asked::Part(0..10)),
            (Some("lines=0-3"), Asked::All),
        ] {
            assert_eq!(asked_range(header, 10), expected, "{header:?}");
        }
    }
}
