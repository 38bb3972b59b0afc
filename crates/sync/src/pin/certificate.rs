//! What a pin needs to know of a certificate: its public key, and from when until when it holds (RFC 5280, section 4.1).
//!
//! Who vouches for it and for which name plays no part, so a certificate that a site made itself is read like any other.

use std::ops::RangeInclusive;

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts<'a> {
    /// The public key as DER, with its tag and length.
    pub(super) key: &'a [u8],
    /// When it holds, in s since 1970.
    pub(super) holds_s: RangeInclusive<u64>,
}

/// Reads a certificate in DER; `None` where it is none.
pub(super) fn read(der: &[u8]) -> Option<Facts<'_>> {
    let (certificate, _) = element(der, SEQUENCE)?;
    let (mut rest, _) = element(certificate.content, SEQUENCE).map(|(e, r)| (e.content, r))?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest, VERSION)?.1;
    }
    // Serial number, algorithm of the signature, who signed.
    rest = element(rest, INTEGER)?.1;
    rest = element(rest, SEQUENCE)?.1;
    rest = element(rest, SEQUENCE)?.1;
    let (validity, rest) = element(rest, SEQUENCE)?;
    // Whose it is.
    let rest = element(rest, SEQUENCE)?.1;
    let (key, _) = element(rest, SEQUENCE)?;
    let (first, last) = time(validity.content)?;
    let (last, _) = time(last)?;
    Some(Facts {
        key: key.whole,
        holds_s: first..=last,
    })
}

/// One element of DER.
struct Element<'a> {
    whole: &'a [u8],
    content: &'a [u8],
}

/// The element with this tag that `der` begins with, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(Element<'_>, &[u8])> {
    let (&found, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (len, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        // A length of up to four bytes; certificates are never larger.
        0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let len = digits
                .iter()
                .fold(0_u64, |len, &digit| len << 8 | u64::from(digit));
            (usize::try_from(len).ok()?, rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(len)?;
    let whole = &der[..der.len() - after.len()];
    (found == tag).then_some((Element { whole, content }, after))
}

/// The time that `der` begins with, in s since 1970, and what follows it.
fn time(der: &[u8]) -> Option<(u64, &[u8])> {
    let (text, year_len, rest) = match element(der, UTC_TIME) {
        Some((element, rest)) => (element.content, 2, rest),
        None => {
            let (element, rest) = element(der, GENERALIZED_TIME)?;
            (element.content, 4, rest)
        }
    };
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    if text.len() != year_len + 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, len: usize| text[from..from + len].parse::<u64>().ok();
    let year = match (year_len, number(0, year_len)?) {
        // RFC 5280, section 4.1.2.5.1.
        (2, year @ 50..) => 1900 + year,
        (2, year) => 2000 + year,
        (_, year) => year,
    };
    let parts: Option<Vec<u64>> = (0..5).map(|at| number(year_len + 2 * at, 2)).collect();
    let [month, day, hour, minute, second] = parts?.try_into().ok()?;
    let is_real = year >= 1970
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61;
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    is_real.then_some((seconds, rest))
}

/// Days from 1970-01-01 to a day of the Gregorian calendar from then on (Fliegel and van Flandern, 1968).
fn days(year: u64, month: u64, day: u64) -> u64 {
    // Years begin in March, so that the day that not every year has is the last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let day_of_year = (153 * month + 2) / 5 + day.max(1) - 1;
    let since_0000_03_01 = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    since_0000_03_01.saturating_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-26 00:00:00.
    const DAY_S: u64 = 1_795_651_200;

    #[test]
    fn times_are_read() {
        let coded = |tag: u8, text: &str| [&[tag, text.len() as u8], text.as_bytes()].concat();
        let cases = [
            (coded(UTC_TIME, "261126000000Z"), Some(DAY_S)),
            (coded(UTC_TIME, "700101000001Z"), Some(1)),
            (coded(GENERALIZED_TIME, "20261126000000Z"), Some(DAY_S)),
            (
                coded(GENERALIZED_TIME, "20000229120000Z"),
                Some(951_825_600),
            ),
            (
                coded(GENERALIZED_TIME, "99991231235959Z"),
                Some(253_402_300_799),
            ),
            (coded(UTC_TIME, "261326000000Z"), None),
            (coded(UTC_TIME, "2611260000Z"), None),
            (coded(UTC_TIME, "261126000000+0100"), None),
            (coded(GENERALIZED_TIME, "19500101000000Z"), None),
            (coded(0x04, "261126000000Z"), None),
        ];
        for (der, expected) in cases {
            assert_eq!(time(&der).map(|(seconds, _)| seconds), expected, "{der:?}");
        }
    }

    #[test]
    fn whatever_the_bytes_are_nothing_breaks() {
        let key = rcgen::KeyPair::generate().expect("a key");
        let made = rcgen::CertificateParams::new(vec!["site".to_owned()]).expect("parameters");
        let made = made.self_signed(&key).expect("a certificate");
        let der = made.der().to_vec();
        let facts = read(&der).expect("reads");
        assert_eq!(
            facts.key,
            rcgen::PublicKeyData::subject_public_key_info(&key)
        );
        for len in 0..der.len() {
            assert_eq!(read(&der[..len]), None, "cut at {len}");
        }
        for at in 0..der.len() {
            for value in [0x00, 0x30, 0x7f, 0x80, 0x84, 0xff] {
                let mut broken = der.clone();
                broken[at] = value;
                let _ = read(&broken);
            }
        }
    }
}
