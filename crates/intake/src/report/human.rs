//! The report as a person reads it.

use std::fmt;

use super::Report;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} file: {}", self.format, self.decision)?;
        writeln!(f, "Policy {}, SHA-256 {}", self.policy, self.policy_sha256)?;
        for reason in &self.reasons {
            writeln!(f, "- {} ({})", reason.sentence, reason.rule)?;
        }
        if let Some(consent) = self.consent {
            writeln!(f, "Ground for use: {}", consent.in_words())?;
        }
        if let Some(device) = &self.device_id {
            writeln!(f, "Device: {device}")?;
        }
        if let Some(release) = &self.released {
            writeln!(f, "Released by {}: {}", release.by, release.reason)?;
        }
        writeln!(f, "Text in the pixels: {:.2} of 1", self.text_score)?;
        for sentence in &self.reencoded {
            writeln!(f, "{sentence}")?;
        }
        writeln!(
            f,
            "{} UIDs replaced, {} dates shifted, {} attributes kept",
            self.uids_replaced, self.dates_shifted, self.kept
        )?;
        for line in &self.attributes {
            let place = match line.path.is_empty() {
                true => line.keyword.clone(),
                false => format!("{}/{}", line.path, line.keyword),
            };
            let action = line.action.in_words();
            writeln!(
                f,
                "  {} {place}: {action}, {} ({})",
                line.tag, line.count, line.class
            )?;
        }
        Ok(())
    }
}
