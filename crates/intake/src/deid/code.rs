//! Coded concepts (PS3.3, section 8.8): a code of the standard stays, in the standard's words.

use dicom_core::{DataElement, Tag, VR};
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::vocabulary;

const VALUES: [Tag; 3] = [
    tags::CODE_VALUE,
    tags::LONG_CODE_VALUE,
    tags::URN_CODE_VALUE,
];

/// A code of the standard, with the standard's words for it.
pub(super) struct Code {
    value: String,
    scheme: String,
    meaning: &'static str,
}

pub(super) fn known(item: &InMemDicomObject) -> Option<Code> {
    let text = |tag| {
        let text = item.get(tag)?.value().to_str().ok()?;
        Some(text.trim_matches([' ', '\0']).to_owned())
    };
    let value = text(tags::CODE_VALUE)?;
    let scheme = text(tags::CODING_SCHEME_DESIGNATOR)?;
    let meaning = vocabulary::code_meaning(&scheme, &value)?;
    Some(Code {
        value,
        scheme,
        meaning,
    })
}

impl Code {
    pub(super) fn put(self, item: &mut InMemDicomObject) {
        item.put(DataElement::new(tags::CODE_VALUE, VR::SH, self.value));
        item.put(DataElement::new(
            tags::CODING_SCHEME_DESIGNATOR,
            VR::SH,
            self.scheme,
        ));
        item.put(DataElement::new(tags::CODE_MEANING, VR::LO, self.meaning));
    }
}

/// True for an item that is a code, of whatever scheme.
pub(super) fn is_code(item: &InMemDicomObject) -> bool {
    VALUES.iter().any(|tag| item.get(*tag).is_some())
}
