//! Names of devices that may stay: those that makers publish, and those that the policy of a site adds.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::vocabulary::rows;

/// Longest maker or model: what a DICOM attribute of long strings (LO) holds.
const CHARACTERS_MAX: usize = 64;

/// A maker with the spellings and models that are known of it.
struct Maker {
    name: &'static str,
    spellings: Vec<&'static str>,
    models: Vec<&'static str>,
}

static PUBLISHED: LazyLock<Vec<Maker>> = LazyLock::new(|| {
    rows(include_str!("../data/devices.tsv"))
        .filter_map(|row| {
            let mut columns = row.split('\t');
            Some(Maker {
                name: columns.next()?,
                spellings: columns.next()?.split('|').collect(),
                models: columns.next()?.split('|').collect(),
            })
        })
        .collect()
});

/// A model that the policy of a site allows.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct SiteModel {
    maker: String,
    model: String,
}

/// The allow-list of devices: the published ones, and those of a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Devices {
    #[serde(default)]
    allow: Vec<SiteModel>,
}

impl Devices {
    /// What is wrong with the names of the site, if anything is.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut names = self.allow.iter().flat_map(|own| [&own.maker, &own.model]);
        match names.all(|name| is_name(name)) {
            true => Ok(()),
            false => Err(format!(
                "devices.allow needs a maker and a model of 1 to {CHARACTERS_MAX} characters each, without control characters, backslashes or spaces around"
            )),
        }
    }

    /// The known spelling of a maker of devices.
    pub(crate) fn maker(&self, text: &str) -> Option<&str> {
        published_maker(text).or_else(|| {
            let mut makers = self.allow.iter().map(|own| own.maker.as_str());
            makers.find(|known| known.eq_ignore_ascii_case(text))
        })
    }

    /// The known spelling of a model of a device.
    pub(crate) fn model(&self, text: &str) -> Option<&str> {
        let published = PUBLISHED.iter().flat_map(|maker| maker.models.iter());
        published
            .copied()
            .chain(self.allow.iter().map(|own| own.model.as_str()))
            .find(|known| known.eq_ignore_ascii_case(text))
    }

    /// Maker and model from one line, each in its known spelling; what is not known of it is left out.
    pub(crate) fn line(&self, text: &str) -> Option<String> {
        let text = text.trim();
        if let Some(known) = self.maker(text).or_else(|| self.model(text)) {
            return Some(known.to_owned());
        }
        let spaces = text.char_indices().filter(|(_, c)| *c == ' ');
        let splits = spaces.map(|(index, _)| (&text[..index], &text[index + 1..]));
        // The longest maker first: "Topcon Healthcare …" before "Topcon …".
        let splits: Vec<(&str, &str)> = splits.collect();
        splits.into_iter().rev().find_map(|(head, tail)| {
            let maker = self.maker(head.trim_end_matches([',', ' ']))?;
            Some(match self.model(tail.trim()) {
                Some(model) => format!("{maker} {model}"),
                None => maker.to_owned(),
            })
        })
    }
}

fn published_maker(text: &str) -> Option<&'static str> {
    let same = |known: &&str| known.eq_ignore_ascii_case(text);
    PUBLISHED
        .iter()
        .find(|maker| same(&maker.name) || maker.spellings.iter().any(same))
        .map(|maker| maker.name)
}

fn is_name(text: &str) -> bool {
    (1..=CHARACTERS_MAX).contains(&text.chars().count())
        && text.trim() == text
        && !text.chars().any(|c| c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_we_know_them() {
        let published = Devices::default();
        assert_eq!(published.maker("TOPCON"), Some("Topcon"));
        assert_eq!(
            published.maker("carl zeiss meditec"),
            Some("Carl Zeiss Meditec")
        );
        assert_eq!(published.maker("Dr. Miller"), None);
        assert_eq!(published.model("spectralis"), Some("Spectralis"));
    }

    #[test]
    fn a_site_adds_to_what_is_published() {
        let own = |maker: &str, model: &str| SiteModel {
            maker: maker.to_owned(),
            model: model.to_owned(),
        };
        let devices = Devices {
            allow: vec![own("Topcon", "3D OCT-9"), own("Eyeworks", "Deep 1")],
        };
        let cases = [
            ("TOPCON 3d oct-9", Some("Topcon 3D OCT-9")),
            ("eyeworks Deep 1", Some("Eyeworks Deep 1")),
            ("Eyeworks Deep 2", Some("Eyeworks")),
            ("Topcon Triton", Some("Topcon Triton")),
            ("Deep 1", Some("Deep 1")),
            ("Dr. Miller", None),
        ];
        for (text, expected) in cases {
            assert_eq!(devices.line(text).as_deref(), expected, "{text}");
        }
        assert_eq!(Devices::default().line("Eyeworks Deep 1"), None);
    }

    #[test]
    fn names_that_no_attribute_holds_are_refused() {
        let long = "M".repeat(65);
        for name in ["", " Deep 1", "Deep\n1", "Deep\\1", &long] {
            for (maker, model) in [(name, "Deep 1"), ("Eyeworks", name)] {
                let allow = vec![SiteModel {
                    maker: maker.to_owned(),
                    model: model.to_owned(),
                }];
                assert!(Devices { allow }.check().is_err(), "{maker:?} {model:?}");
            }
        }
    }
}
