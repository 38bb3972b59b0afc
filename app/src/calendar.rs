//! Times as people read them, in UTC because the machine's zone says nothing about where a label was made.

const US_PER_MINUTE: i64 = 60_000_000;
const MINUTES_PER_DAY: i64 = 24 * 60;
const MONTHS: [(&str, i64); 12] = [
    ("Jan", 31),
    ("Feb", 28),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

/// "23 Nov 2026, 16:05" for µs since 1970. Times before 1970 come from broken clocks and show as its first minute.
pub(crate) fn date_time_utc(time_us: i64) -> String {
    let minutes = (time_us / US_PER_MINUTE).max(0);
    let (mut day, minute) = (minutes / MINUTES_PER_DAY, minutes % MINUTES_PER_DAY);
    let mut year = 1970;
    while day >= days_of_year(year) {
        day -= days_of_year(year);
        year += 1;
    }
    let mut name = MONTHS[0].0;
    for (month, days) in MONTHS {
        name = month;
        let days = days + i64::from(month == "Feb" && is_leap(year));
        if day < days {
            break;
        }
        day -= days;
    }
    format!(
        "{} {name} {year}, {:02}:{:02}",
        day + 1,
        minute / 60,
        minute % 60
    )
}

/// The first µs since 1970 of a day that is written like "2026-11-23"; `None` for what is no day since then.
pub(crate) fn day_utc_us(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let mut number = |digits| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.parse::<i64>().ok().filter(|number| *number >= 0)
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let at = usize::try_from(month - 1).ok()?;
    let days_of = |at: usize| MONTHS[at].1 + i64::from(at == 1 && is_leap(year));
    if parts.next().is_some()
        || year < 1970
        || at >= MONTHS.len()
        || !(1..=days_of(at)).contains(&day)
    {
        return None;
    }
    let days: i64 = (1970..year).map(days_of_year).sum();
    let days = days + (0..at).map(days_of).sum::<i64>() + day - 1;
    Some(days * MINUTES_PER_DAY * US_PER_MINUTE)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_of_year(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_day_is_the_day_that_is_shown() {
        for (text, shown) in [
            ("1970-01-01", "1 Jan 1970, 00:00"),
            ("2000-02-29", "29 Feb 2000, 00:00"),
            ("2026-11-23", "23 Nov 2026, 00:00"),
            ("2026-12-31", "31 Dec 2026, 00:00"),
        ] {
            assert_eq!(day_utc_us(text).map(date_time_utc).as_deref(), Some(shown));
        }
        for bad in [
            "",
            "2026-11-31",
            "2025-02-29",
            "1969-12-31",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "23.11.2026",
            "2026-11-23-1",
        ] {
            assert_eq!(day_utc_us(bad), None, "{bad}");
        }
    }

    #[test]
    fn known_moments_read_as_they_should() {
        let cases = [
            (0, "1 Jan 1970, 00:00"),
            (1_763_900_000_000_000, "23 Nov 2025, 12:13"),
            (951_782_400_000_000, "29 Feb 2000, 00:00"),
            (951_868_800_000_000, "1 Mar 2000, 00:00"),
            (1_798_761_540_000_000, "31 Dec 2026, 23:59"),
            (-60_000_000, "1 Jan 1970, 00:00"),
        ];
        for (time_us, expected) in cases {
            assert_eq!(date_time_utc(time_us), expected);
        }
    }
}
