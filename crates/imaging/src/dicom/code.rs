//! Coded concepts (PS3.3 section 8.8).

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::build::{Build, built};
use super::lookup::text_of;

/// A concept of a coding scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) value: &'static str,
    /// SCT for SNOMED CT, DCM for PS3.16, UBERON for the anatomy ontology, [`PRIVATE_SCHEME`] for our own.
    pub(crate) scheme: &'static str,
    pub(crate) meaning: &'static str,
}

/// Our own scheme, for concepts that no published one has (PS3.16 section 8.2: private designators start with 99).
pub(crate) const PRIVATE_SCHEME: &str = "99FOVEA";

pub(crate) const fn code(value: &'static str, scheme: &'static str, meaning: &'static str) -> Code {
    Code {
        value,
        scheme,
        meaning,
    }
}

/// Retina (CID 4209).
pub(crate) const RETINA: Code = code("5665001", "SCT", "Retina");
/// CID 244.
pub(crate) const RIGHT: Code = code("24028007", "SCT", "Right");
/// CID 244.
pub(crate) const LEFT: Code = code("7771000", "SCT", "Left");
/// CID 7150.
pub(crate) const ANATOMICAL_STRUCTURE: Code = code("91723000", "SCT", "Anatomical Structure");
/// CID 7150.
pub(crate) const ABNORMAL_STRUCTURE: Code =
    code("49755003", "SCT", "Morphologically Abnormal Structure");
/// CID 7203.
pub(crate) const SEGMENTATION: Code = code("113076", "DCM", "Segmentation");
/// CID 7202.
pub(crate) const SOURCE_IMAGE: Code = code(
    "121322",
    "DCM",
    "Source image for image processing operation",
);
/// CID 7162.
pub(crate) const ARTIFICIAL_INTELLIGENCE: Code = code("123110", "DCM", "Artificial Intelligence");

impl Code {
    /// The item of a code sequence.
    pub(crate) fn item(self) -> InMemDicomObject {
        built(|item| {
            item.value(tags::CODE_VALUE, self.value);
            item.value(tags::CODING_SCHEME_DESIGNATOR, self.scheme);
            item.value(tags::CODE_MEANING, self.meaning);
        })
    }

    /// Whether an item of a code sequence is this concept; its meaning may be worded otherwise.
    pub(crate) fn is(self, item: &InMemDicomObject) -> bool {
        text_of(item, tags::CODE_VALUE).as_deref() == Some(self.value)
            && text_of(item, tags::CODING_SCHEME_DESIGNATOR).as_deref() == Some(self.scheme)
    }
}
