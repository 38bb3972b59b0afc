//! Names of attributes, for errors: what stands in the standard, never what stands in the file.

use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry};
use dicom_dictionary_std::StandardDataDictionary;

/// `(0010,0010) PatientName`; the numbers alone for what is no public attribute.
pub(crate) fn name_of(tag: Tag) -> String {
    let numbers = format!("({:04X},{:04X})", tag.group(), tag.element());
    let is_public = tag.group().is_multiple_of(2);
    match StandardDataDictionary.by_tag(tag) {
        Some(entry) if is_public => format!("{numbers} {}", entry.alias()),
        _ => numbers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_named_by_number_and_keyword() {
        let cases = [
            (Tag(0x0010, 0x0010), "(0010,0010) PatientName"),
            (Tag(0x7fe0, 0x0010), "(7FE0,0010) PixelData"),
            (Tag(0x0011, 0x1001), "(0011,1001)"),
            (Tag(0x0010, 0xffff), "(0010,FFFF)"),
        ];
        for (tag, expected) in cases {
            assert_eq!(name_of(tag), expected);
        }
    }
}
