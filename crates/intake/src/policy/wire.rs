//! The policy as it is written.

use serde::Deserialize;

use super::rule::Rule;
use super::{Decision, SafePrivate};
use crate::Consent;
use crate::devices::Devices;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wire {
    pub(super) id: String,
    pub(super) version: u32,
    pub(super) require: Require,
    pub(super) dates: DateRules,
    /// Models of the site, beside those that come with the program.
    #[serde(default)]
    pub(super) devices: Devices,
    #[serde(default)]
    pub(super) private: Vec<Private>,
    #[serde(default)]
    pub(super) rule: Vec<Rule>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Require {
    /// Accepted grounds; empty where none is asked for.
    pub(super) consent: Vec<Consent>,
    pub(super) device_id: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateRules {
    pub(super) mode: Dates,
    pub(super) days_max: u32,
    pub(super) times: Times,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Dates {
    Shift,
    Remove,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Times {
    Keep,
    Zero,
}

/// A private block of which elements may stay: numbers and terms only, whatever is listed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Private {
    /// Odd group in hexadecimal.
    group: String,
    creator: String,
    /// Last two digits of the elements, in hexadecimal.
    elements: Vec<String>,
}

impl Wire {
    /// The safe private blocks, when everything is as it must be.
    pub(super) fn check(&self) -> Result<Vec<SafePrivate>, String> {
        if self.id.is_empty()
            || !self
                .id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
        {
            return Err(
                "its id may only have letters, digits, dots, dashes and underscores".to_owned(),
            );
        }
        if !(1..=36_500).contains(&self.dates.days_max) {
            return Err("dates.days_max must be from 1 to 36500".to_owned());
        }
        self.devices.check()?;
        for rule in &self.rule {
            rule.check()?;
        }
        if !self.rule.iter().any(|rule| rule.then != Decision::Reject) {
            return Err("no rule lets anything in".to_owned());
        }
        self.private.iter().map(Private::checked).collect()
    }
}

impl Private {
    fn checked(&self) -> Result<SafePrivate, String> {
        // The standard library takes a sign too.
        let are_digits = |text: &String| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hexadecimal = |text: &String| {
            let number = u16::from_str_radix(text, 16).ok();
            number.filter(|_| are_digits(text))
        };
        let group = hexadecimal(&self.group).filter(|group| group % 2 == 1);
        let elements: Option<Vec<u8>> = self
            .elements
            .iter()
            .map(|text| hexadecimal(text).and_then(|number| u8::try_from(number).ok()))
            .collect();
        match (group, elements) {
            (Some(group), Some(elements)) if !self.creator.trim().is_empty() => Ok(SafePrivate {
                group,
                creator: self.creator.trim().to_owned(),
                elements,
            }),
            _ => Err("a private block needs an odd group, a creator and elements of two hexadecimal digits".to_owned()),
        }
    }
}

/// The parser's finding without its picture of the place.
pub(super) fn one_line(error: &toml::de::Error) -> String {
    let message: Vec<&str> = error.message().split_whitespace().collect();
    message.join(" ").trim_end_matches('.').replace(". ", "; ")
}
