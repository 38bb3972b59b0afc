//! Names of attributes, for errors: what stands in the standard, never what stands in the file.

use dicom_core::Tag;
use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, TagRange};
use dicom_dictionary_std::StandardDataDictionary;

use super::element::{ITEM, ITEM_END, SEQUENCE_END};

/// `(0010,0010) PatientName`. What is no attribute of the standard has no name: its numbers are bytes of the file, and
/// where they were looked for in the wrong place they may be letters.
pub(crate) fn name_of(tag: Tag) -> String {
    let name = public_name(tag);
    name.unwrap_or_else(|| "an attribute that the standard does not have".to_owned())
}

/// The name of an attribute that is one of the standard's; of a delimiter, its numbers.
pub(super) fn public_name(tag: Tag) -> Option<String> {
    let numbers = format!("({:04X},{:04X})", tag.group(), tag.element());
    if [ITEM, ITEM_END, SEQUENCE_END].contains(&tag) {
        return Some(numbers);
    }
    let entry = StandardDataDictionary.by_tag(tag)?;
    let is_one = match entry.tag_range() {
        TagRange::Single(_) | TagRange::Group100(_) | TagRange::Element100(_) => true,
        // Groups of any number.
        _ => false,
    };
    (is_one && tag.group().is_multiple_of(2)).then(|| format!("{numbers} {}", entry.alias()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_named_by_number_and_keyword() {
        let unknown = "an attribute that the standard does not have";
        let cases = [
            (Tag(0x0010, 0x0010), "(0010,0010) PatientName"),
            (Tag(0x7fe0, 0x0010), "(7FE0,0010) PixelData"),
            (Tag(0xfffe, 0xe00d), "(FFFE,E00D)"),
            (Tag(0x6002, 0x3000), "(6002,3000) OverlayData"),
            (Tag(0x0011, 0x1001), unknown),
            (Tag(0x0010, 0xffff), unknown),
            (Tag(0x4143, 0x414e), unknown),
            (Tag(0x4142, 0x0000), unknown),
        ];
        for (tag, expected) in cases {
            assert_eq!(name_of(tag), expected);
        }
    }
}
