//! Words that are published and so cannot be personal: terms, codes, UIDs of the standard.
//!
//! Text of a file stays only where it is one of them, and then it is written as it stands here.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use dicom_encoding::TransferSyntaxIndex;
use dicom_transfer_syntax_registry::TransferSyntaxRegistry;

/// Lines of a table without its comments.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = &'static str> {
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

static TERMS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    rows(include_str!("../data/terms.txt"))
        .flat_map(terms_of)
        .collect()
});

/// The terms of a row: parted by blanks, but for those in quotes, which hold some.
fn terms_of(row: &'static str) -> Vec<&'static str> {
    let parts = row.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect()
}

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
    fn words_are_those_of_the_standard() {
        assert_eq!(code_meaning("SCT", "5665001"), Some("Retina"));
        assert_eq!(code_meaning("99SITE", "5665001"), None);
        assert!(is_term("MONOCHROME2") && !is_term("SMITH"));
        for phrase in ["PALETTE COLOR", "NO TRIGGER", "RECON GATED TOMO"] {
            assert!(is_term(phrase), "{phrase}");
        }
        for no_term in ["PALETTE", "PALETTE  COLOR", "YES NO", "BODY", "\"", " ", ""] {
            assert!(!is_term(no_term), "{no_term}");
        }
        assert_eq!(eye_type("SoftwareVersions"), Some("1"));
    }
}
