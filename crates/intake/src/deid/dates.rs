//! Dates and times as DICOM writes them (PS3.5, section 6.2), moved by days.

use chrono::{Datelike, Days, NaiveDate};

/// A `DA` value that many days earlier; none for what is no date.
pub(super) fn date_back(value: &str, days: u32) -> Option<String> {
    let digits = match value.len() {
        10 if value.as_bytes()[4] == b'.' && value.as_bytes()[7] == b'.' => value.replace('.', ""),
        _ => value.to_owned(),
    };
    let is_date = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let date = is_date.then(|| NaiveDate::parse_from_str(&digits, "%Y%m%d").ok())??;
    let shifted = date.checked_sub_days(Days::new(days.into()))?;
    // The year 0 and those before it cannot be written.
    (shifted.year() > 0).then(|| shifted.format("%Y%m%d").to_string())
}

/// A `DT` value that many days earlier, without its time zone, which would name a region. A date that is not full
/// cannot be moved.
pub(super) fn date_time_back(value: &str, days: u32, keeps_time: bool) -> Option<String> {
    let local = value.split(['+', '-', '&']).next().unwrap_or_default();
    let (date, clock) = local.split_at_checked(8)?;
    let date = date_back(date, days)?;
    let clock = match keeps_time || clock.is_empty() {
        true => clock,
        false => "000000",
    };
    (clock.is_empty() || is_time(clock)).then(|| date + clock)
}

/// True for a `TM` value: `HH`, `HHMM`, `HHMMSS` and up to six digits of a second.
pub(super) fn is_time(value: &str) -> bool {
    let (clock, fraction) = value.split_once('.').unwrap_or((value, "0"));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let in_range = |range: std::ops::Range<usize>, below: u32| {
        clock
            .get(range)
            .is_none_or(|text| text.parse::<u32>().is_ok_and(|number| number < below))
    };
    matches!(clock.len(), 2 | 4 | 6)
        && is_digits(clock)
        && in_range(0..2, 24)
        && in_range(2..4, 60)
        && in_range(4..6, 61)
        && (1..=6).contains(&fraction.len())
        && is_digits(fraction)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_move_and_what_is_none_goes() {
        let cases = [
            ("20200301", 1, Some("20200229")),
            ("2020.03.01", 1, Some("20200229")),
            ("20200101", 365, Some("20190101")),
            ("20201301", 1, None),
            ("SMITH", 1, None),
            ("+2020010", 1, None),
            ("00010101", 2, None),
            ("202001", 1, None),
            ("20200101SMITH", 1, None),
        ];
        for (value, days, expected) in cases {
            assert_eq!(date_back(value, days).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn date_times_lose_their_zone() {
        let cases = [
            (
                "20200301142233.123456+0100",
                true,
                Some("20200229142233.123456"),
            ),
            ("20200301142233-0500", false, Some("20200229000000")),
            ("20200301", true, Some("20200229")),
            ("20200301SMITH", true, None),
            ("2020", true, None),
            ("2020030199", true, None),
        ];
        for (value, keeps_time, expected) in cases {
            let found = date_time_back(value, 1, keeps_time);
            assert_eq!(found.as_deref(), expected, "{value}");
        }
    }

    proptest! {
        #[test]
        fn intervals_stay(a in 0u64..40_000, b in 0u64..40_000, days in 0u32..4_000) {
            let start = NaiveDate::from_ymd_opt(1920, 1, 1).expect("a date");
            let date = |offset| start.checked_add_days(Days::new(offset)).expect("a date");
            let text = |offset| date(offset).format("%Y%m%d").to_string();
            let back = |offset| date_back(&text(offset), days).expect("moves");
            let parse = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").expect("a date");
            prop_assert_eq!(parse(&back(a)) - parse(&back(b)), date(a) - date(b));
        }

        #[test]
        fn no_text_gets_through(value in "\\PC{0,20}") {
            for text in [date_back(&value, 3), date_time_back(&value, 3, true)].into_iter().flatten() {
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            }
        }
    }
}
