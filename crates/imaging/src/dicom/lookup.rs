//! Single attributes of a data set that was read.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

/// The text of an attribute without its padding; none where it is absent, empty or no text.
pub(crate) fn text_of(set: &InMemDicomObject, tag: Tag) -> Option<String> {
    let value = set.get(tag)?.value().primitive()?.to_str();
    let text = value.trim_matches([' ', '\0']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// All whole numbers of an attribute; empty where it is absent or holds something else.
pub(crate) fn numbers_of(set: &InMemDicomObject, tag: Tag) -> Vec<u64> {
    set.get(tag)
        .and_then(|element| element.value().primitive())
        .and_then(|value| value.to_multi_int().ok())
        .unwrap_or_default()
}

/// The first whole number of an attribute.
pub(crate) fn number_of(set: &InMemDicomObject, tag: Tag) -> Option<u64> {
    numbers_of(set, tag).first().copied()
}

/// All numbers of an attribute; empty where it is absent or holds something else.
pub(crate) fn decimals_of(set: &InMemDicomObject, tag: Tag) -> Vec<f64> {
    set.get(tag)
        .and_then(|element| element.value().primitive())
        .and_then(|value| value.to_multi_float64().ok())
        .unwrap_or_default()
}

/// The items of a sequence; none where it is absent or no sequence.
pub(crate) fn items_of(set: &InMemDicomObject, tag: Tag) -> &[InMemDicomObject] {
    set.get(tag)
        .and_then(|element| element.value().items())
        .unwrap_or_default()
}

/// The first item of a sequence.
pub(crate) fn item_of(set: &InMemDicomObject, tag: Tag) -> Option<&InMemDicomObject> {
    items_of(set, tag).first()
}

/// The functional group `tag` of a frame, counted from 0: its own before the shared one.
pub(crate) fn group_of(
    set: &InMemDicomObject,
    frame: usize,
    tag: Tag,
) -> Option<&InMemDicomObject> {
    let own = items_of(set, tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE).get(frame);
    let shared = item_of(set, tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE);
    own.and_then(|group| item_of(group, tag))
        .or_else(|| shared.and_then(|group| item_of(group, tag)))
}
