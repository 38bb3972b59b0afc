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
    /// The words that the file had for it.
    said: Option<String>,
}

/// Takes a code of the standard out of an item, so that nothing else is done to it; none for what is no such code.
pub(super) fn take_known(item: &mut InMemDicomObject) -> Option<Code> {
    let text = |tag| {
        let text = item.get(tag)?.value().to_str().ok()?;
        Some(text.trim_matches([' ', '\0']).to_owned())
    };
    let value = text(tags::CODE_VALUE)?;
    let scheme = text(tags::CODING_SCHEME_DESIGNATOR)?;
    let meaning = vocabulary::code_meaning(&scheme, &value)?;
    let said = text(tags::CODE_MEANING);
    for tag in [
        tags::CODE_VALUE,
        tags::CODING_SCHEME_DESIGNATOR,
        tags::CODE_MEANING,
    ] {
        item.remove_element(tag);
    }
    Some(Code {
        value,
        scheme,
        meaning,
        said,
    })
}

impl Code {
    /// Bytes of the words in the place of which the standard's come; none where they are the same.
    pub(super) fn replaced_bytes(&self) -> Option<usize> {
        let said = self.said.as_deref().unwrap_or_default();
        (said != self.meaning).then_some(said.len())
    }

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
