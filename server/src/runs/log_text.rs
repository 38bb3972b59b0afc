//! The log of a run as text.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::db::LogLine;

/// One line each: time (UTC), step and attempt, what happened.
pub(crate) fn log_text(lines: &[LogLine]) -> String {
    let mut text = String::new();
    for line in lines {
        let at: DateTime<Utc> = DateTime::from_timestamp_micros(line.at_us).unwrap_or_default();
        let at = at.to_rfc3339_opts(SecondsFormat::Millis, true);
        // Writing to a text cannot fail.
        let _ = match line.step {
            Some((step, attempt)) => {
                writeln!(text, "{at} {} #{attempt} {}", step.name(), line.line)
            }
            None => writeln!(text, "{at} {}", line.line),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use fovea_protocol::StepKind;

    use super::*;

    #[test]
    fn lines_say_when_what_and_which_attempt() {
        let line = |step, line: &str| LogLine {
            at_us: 1_763_900_000_123_456,
            step,
            line: line.to_owned(),
        };
        let lines = [
            line(None, "queued"),
            line(Some((StepKind::Segment, 2)), "done"),
        ];
        assert_eq!(
            log_text(&lines),
            "2025-11-23T12:13:20.123Z queued\n2025-11-23T12:13:20.123Z segment #2 done\n"
        );
    }
}
