//! What the intake did to a file's attributes, in the few words that a dialog has room for.

use std::collections::BTreeMap;

use fovea_editor::Removal;
use fovea_intake::{Action, AttributeReport};

/// Attributes by kind, the most personal kind first. What was only shifted or given a stand-in is counted too: its
/// value stays behind.
pub fn removals_of(attributes: &[AttributeReport]) -> Vec<Removal> {
    let mut counts: BTreeMap<Kind, u64> = BTreeMap::new();
    for attribute in attributes {
        *counts.entry(kind_of(attribute)).or_default() += attribute.count;
    }
    counts
        .into_iter()
        .map(|(kind, count)| Removal {
            kind: kind.words(count).to_owned(),
            count: u32::try_from(count).unwrap_or(u32::MAX),
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Name,
    Date,
    Uid,
    Private,
    Text,
    Sequence,
    Other,
}

fn kind_of(attribute: &AttributeReport) -> Kind {
    // The value representation (PS3.5, section 6.2) comes first in the class.
    let representation = attribute.class.get(..2).unwrap_or_default();
    match representation {
        _ if attribute.keyword.is_empty() => Kind::Private,
        "PN" => Kind::Name,
        "DA" | "DT" | "TM" | "AS" => Kind::Date,
        "UI" => Kind::Uid,
        "SQ" => Kind::Sequence,
        "AE" | "LO" | "LT" | "SH" | "ST" | "UC" | "UR" | "UT" | "CS" => Kind::Text,
        _ if attribute.action == Action::Shifted => Kind::Date,
        _ => Kind::Other,
    }
}

impl Kind {
    fn words(self, count: u64) -> &'static str {
        let is_one = count == 1;
        match (self, is_one) {
            (Self::Name, true) => "name of a person",
            (Self::Name, false) => "names of persons",
            (Self::Date, true) => "date, time or age",
            (Self::Date, false) => "dates, times and ages",
            (Self::Uid, true) => "identifier (UID), replaced by a stand-in",
            (Self::Uid, false) => "identifiers (UIDs), replaced by stand-ins",
            (Self::Private, true) => "private element of the maker",
            (Self::Private, false) => "private elements of the maker",
            (Self::Text, true) => "text or number of the patient, site or device",
            (Self::Text, false) => "texts and numbers of the patient, site or device",
            (Self::Sequence, true) => "group of attributes",
            (Self::Sequence, false) => "groups of attributes",
            (Self::Other, true) => "other attribute",
            (Self::Other, false) => "other attributes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(keyword: &str, class: &str, count: u64) -> AttributeReport {
        AttributeReport {
            path: String::new(),
            tag: "(0010,0010)".to_owned(),
            keyword: keyword.to_owned(),
            action: Action::Removed,
            class: class.to_owned(),
            count,
        }
    }

    #[test]
    fn attributes_are_counted_by_kind() {
        let removals = removals_of(&[
            attribute("StudyInstanceUID", "UI, 17 to 64 bytes", 3),
            attribute("PatientName", "PN, 1 to 16 bytes", 1),
            attribute("", "LO, 1 to 16 bytes", 2),
            attribute("StudyDate", "DA, 1 to 16 bytes", 1),
            attribute("OperatorsName", "PN, empty", 1),
        ]);
        let lines: Vec<String> = removals
            .iter()
            .map(|removal| format!("{} {}", removal.count, removal.kind))
            .collect();
        assert_eq!(
            lines,
            [
                "2 names of persons",
                "1 date, time or age",
                "3 identifiers (UIDs), replaced by stand-ins",
                "2 private elements of the maker"
            ]
        );
    }
}
