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
