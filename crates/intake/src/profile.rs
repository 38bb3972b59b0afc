//! The Basic Application Level Confidentiality Profile (PS3.15, Annex E, Table E.1-1), as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use dicom_core::Tag;

const TABLE: &str = include_str!("../data/basic_profile.tsv");

/// What the standard wants done with an attribute; a compound leaves the choice to the type of the attribute in its
/// information object (section E.3.1, Table E.1-1a).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The codes of the Basic Profile, such as `X/Z/D`.
    pub(crate) codes: &'static str,
    /// True where the option of modified dates keeps the attribute with a shifted value.
    pub(crate) shifts_date: bool,
}

impl Entry {
    /// True when one of the alternatives is `code`.
    pub(crate) fn allows(&self, code: &str) -> bool {
        self.codes
            .split('/')
            .any(|one| one.trim_end_matches('*') == code)
    }
}

static ENTRIES: LazyLock<HashMap<Tag, Entry>> = LazyLock::new(|| {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(entry).collect()
});

/// Row of one attribute; none for the rows of whole groups, which [`crate::deid`] drops without asking.
fn entry(line: &'static str) -> Option<(Tag, Entry)> {
    let mut columns = line.split('\t');
    let (group, element) = columns.next()?.split_once(',')?;
    let number = |text| u16::from_str_radix(text, 16).ok();
    let tag = Tag(number(group)?, number(element)?);
    let codes = columns.nth(1)?;
    let shifts_date = columns.next()? == "C";
    Some((tag, Entry { codes, shifts_date }))
}

/// What the table says of an attribute.
pub(crate) fn of(tag: Tag) -> Option<Entry> {
    ENTRIES.get(&tag).copied()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use dicom_dictionary_std::tags;
    use fovea_test_data::shared_data;
    use serde_json::Value;

    use super::*;

    #[test]
    fn compounds_are_taken_apart() {
        let entry = of(tags::REFERENCED_IMAGE_SEQUENCE).expect("in the table");
        assert!(entry.allows("X") && entry.allows("Z") && entry.allows("U"));
        assert!(!entry.allows("D") && !entry.allows("K"));
        assert!(of(tags::STUDY_DATE).expect("in the table").shifts_date);
        assert!(
            !of(tags::PATIENT_BIRTH_DATE)
                .expect("in the table")
                .shifts_date
        );
        assert_eq!(of(tags::ROWS), None);
    }

    #[test]
    fn the_table_is_the_standards() {
        let Some(data) = shared_data("the_table_is_the_standards") else {
            return;
        };
        let json = data.join("dicom_ps315/confidentiality_profile_attributes.json");
        let json = fs::read(json).expect("the table as JSON");
        let rows: Vec<Value> = serde_json::from_slice(&json).expect("JSON");
        assert_eq!(rows.len(), 621);
        let ours: Vec<&str> = TABLE
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        assert_eq!(ours.len(), rows.len());
        for row in &rows {
            let tag = &row["tag"].as_str().expect("a tag")[1..10];
            let line = ours.iter().find(|line| line.starts_with(tag)).expect(tag);
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns[2], row["basicProfile"], "{tag}");
            let dates = row["rtnLongModifDatesOpt"].as_str().unwrap_or("-");
            assert_eq!(columns[3], dates, "{tag}");
            let Some((_, entry)) = entry(line) else {
                assert!(tag.contains('X') || tag.contains('G'), "{tag} is not read");
                continue;
            };
            assert!(
                ["X", "Z", "D", "U"].iter().any(|code| entry.allows(code)),
                "{tag}"
            );
        }
    }
}
