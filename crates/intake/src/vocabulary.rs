//! Words that are published and so cannot be personal: terms, codes, makers and models, UIDs of the standard.
//!
//! Text of a file stays only where it is one of them, and then it is written as it stands here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use dicom_encoding::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static TERMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    rows(include_str!("../data/terms.txt"))
        .flat_map(str::split_whitespace)
        .collect()
});

/// True for a value of a code string that the standard defines.
pub(crate) fn is_term(value: &str) -> bool {
    TERMS.contains(value)
}

static CODES: LazyLock<HashMap<(&str, &str), &str>> = LazyLock::new(|| {
    rows(include_str!("../data/codes.tsv"))
        .filter_map(|row| {
            let mut columns = row.split('\t');
            Some(((columns.next()?, columns.next()?), columns.next()?))
        })
        .collect()
});

/// Meaning of a code of PS3.16, in the words of the standard.
pub(crate) fn code_meaning(scheme: &str, code: &str) -> Option<&'static str> {
    CODES.get(&(scheme, code)).copied()
}

static SOP_CLASSES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    rows(include_str!("../data/sop_classes.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .collect()
});

/// Name of a SOP class of the standard.
pub(crate) fn sop_class_name(uid: &str) -> Option<&'static str> {
    SOP_CLASSES.get(uid).copied()
}

/// UIDs that mean the same everywhere (PS3.6, Annex A): SOP classes, transfer syntaxes, coding schemes, context groups,
/// well-known frames of reference and palettes. Everything else names something of one patient or site.
pub(crate) fn is_standard_uid(uid: &str) -> bool {
    let Some(tail) = uid.strip_prefix("1.2.840.10008.") else {
        return false;
    };
    sop_class_name(uid).is_some()
        || TransferSyntaxRegistry
            .get(uid)
            .is_some_and(|known| known.uid() == uid)
        || has_number(tail, "6.1.", 2_000)
        || has_number(tail, "2.16.", 20)
        || has_number(tail, "1.4.1.", 20)
        || has_number(tail, "1.5.", 10)
        || [
            "2.6.1",
            "1.4.2.1",
            "1.4.2.2",
            "15.1.1",
            "8.1.1",
            "3.1.2.3.1",
        ]
        .contains(&tail)
}

fn has_number(tail: &str, prefix: &str, below: u32) -> bool {
    let number = tail
        .strip_prefix(prefix)
        .filter(|rest| !rest.starts_with(['0', '+']));
    number.is_some_and(|text| text.parse::<u32>().is_ok_and(|number| number < below))
}

/// A maker with the spellings and models that are known of it.
struct Maker {
    name: &'static str,
    spellings: Vec<&'static str>,
    models: Vec<&'static str>,
}

static MAKERS: LazyLock<Vec<Maker>> = LazyLock::new(|| {
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

/// The known spelling of a maker of devices.
pub(crate) fn maker(text: &str) -> Option<&'static str> {
    let same = |known: &&str| known.eq_ignore_ascii_case(text);
    MAKERS
        .iter()
        .find(|maker| same(&maker.name) || maker.spellings.iter().any(same))
        .map(|maker| maker.name)
}

/// The known spelling of a model of a device.
pub(crate) fn model(text: &str) -> Option<&'static str> {
    MAKERS
        .iter()
        .flat_map(|maker| &maker.models)
        .find(|known| known.eq_ignore_ascii_case(text))
        .copied()
}

/// Maker and model from one line, each in its known spelling; what is not known of it is left out.
pub(crate) fn device(text: &str) -> Option<String> {
    let text = text.trim();
    if let Some(known) = maker(text).or_else(|| model(text)) {
        return Some(known.to_owned());
    }
    let spaces = text.char_indices().filter(|(_, c)| *c == ' ');
    let splits = spaces.map(|(index, _)| (&text[..index], &text[index + 1..]));
    // The longest maker first: "Topcon Healthcare …" before "Topcon …".
    let splits: Vec<(&str, &str)> = splits.collect();
    splits.into_iter().rev().find_map(|(head, tail)| {
        let maker = maker(head.trim_end_matches([',', ' ']))?;
        Some(match model(tail.trim()) {
            Some(model) => format!("{maker} {model}"),
            None => maker.to_owned(),
        })
    })
}

static TYPES: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| {
    rows(include_str!("../data/iod_types.tsv"))
        .filter_map(|row| row.split_once('\t'))
        .collect()
});

/// Type of an attribute in the images of the eye and in segmentations: `1`, `2`, `U` for references that keep the
/// objects together, none for what may go.
pub(crate) fn eye_type(keyword: &str) -> Option<&'static str> {
    TYPES.get(keyword).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_published_uids_are_standard() {
        let cases = [
            ("1.2.840.10008.5.1.4.1.1.77.1.5.4", true),
            ("1.2.840.10008.1.2.4.90", true),
            ("1.2.840.10008.6.1.903", true),
            ("1.2.840.10008.2.16.4", true),
            ("1.2.840.10008.1.4.1.1", true),
            ("1.2.840.10008.5.1.4.1.1.77.1.5.4.19470213", false),
            ("1.2.840.10008.6.1.19470213", false),
            ("1.2.840.10008.6.1.0903", false),
            ("1.2.840.10008.19470213", false),
            ("1.2.840.113619.2.1", false),
            ("", false),
        ];
        for (uid, expected) in cases {
            assert_eq!(is_standard_uid(uid), expected, "{uid}");
        }
    }

    #[test]
    fn names_are_written_as_we_know_them() {
        assert_eq!(maker("TOPCON"), Some("Topcon"));
        assert_eq!(maker("carl zeiss meditec"), Some("Carl Zeiss Meditec"));
        assert_eq!(maker("Dr. Miller"), None);
        assert_eq!(model("spectralis"), Some("Spectralis"));
        assert_eq!(code_meaning("SCT", "5665001"), Some("Retina"));
        assert_eq!(code_meaning("99SITE", "5665001"), None);
        assert!(is_term("MONOCHROME2") && !is_term("SMITH"));
        assert_eq!(eye_type("SoftwareVersions"), Some("1"));
    }
}
