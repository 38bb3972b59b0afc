//! Look-up tables for grays (PS3.3, sections C.11.1 and C.11.2): numbers of which only those may stay that are a curve.

use dicom_core::Tag;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::is_as_defined;

/// True for an item without such a table, and for one whose table has the length and the bits that its descriptor
/// gives, and rises or falls all the way. Numbers in any other order may be letters.
pub(super) fn is_curve(item: &InMemDicomObject) -> bool {
    if item.get(tags::LUT_DATA).is_none() {
        return true;
    }
    let (descriptor, data) = (
        words(item, tags::LUT_DESCRIPTOR),
        words(item, tags::LUT_DATA),
    );
    let ([entries, _, bits], Some(data)) = (descriptor.as_deref().unwrap_or_default(), data) else {
        return false;
    };
    // 65,536 entries do not fit into the 16 bits of their number.
    let entries = match entries {
        0 => 1 << 16,
        entries => usize::from(*entries),
    };
    let fits = |value: &u16| u32::from(*value) >> *bits == 0;
    (8..=16).contains(bits)
        && data.len() == entries
        && data.iter().all(fits)
        && (data.is_sorted() || data.is_sorted_by(|a, b| a >= b))
}

/// All 16 bits of each value, whatever sign they are read with. An attribute of another representation than the
/// standard's will go, so it says nothing here.
fn words(item: &InMemDicomObject, tag: Tag) -> Option<Vec<u16>> {
    let element = item.get(tag)?;
    let value = element.value().primitive()?;
    let numbers = value.to_multi_int::<i32>().ok()?;
    if !is_as_defined(tag, element.vr()) {
        return None;
    }
    Some(numbers.into_iter().map(|number| number as u16).collect())
}

#[cfg(test)]
mod tests {
    use dicom_core::value::PrimitiveValue;
    use dicom_core::{DataElement, VR};

    use super::*;

    #[test]
    fn only_curves_stay() {
        type Case<'a> = (Option<[u16; 3]>, &'a [u16], bool);
        let cases: [Case<'_>; 8] = [
            (Some([4, 0, 16]), &[0, 7, 7, 65_535], true),
            (Some([4, 0, 8]), &[255, 9, 9, 0], true),
            (Some([4, 0, 16]), &[0x4143, 0x414e, 0x5952, 0x5851], false),
            (Some([4, 0, 8]), &[0, 7, 7, 256], false),
            (Some([3, 0, 16]), &[0, 7, 7, 65_535], false),
            (Some([4, 0, 60]), &[0, 7, 7, 65_535], false),
            (Some([0, 0, 16]), &[0, 7, 7, 65_535], false),
            (None, &[0, 1], false),
        ];
        for (descriptor, data, expected) in cases {
            let words = |words: &[u16]| PrimitiveValue::U16(words.iter().copied().collect());
            let mut item = InMemDicomObject::from_element_iter([DataElement::new(
                tags::LUT_DATA,
                VR::US,
                words(data),
            )]);
            if let Some(numbers) = descriptor {
                let value = words(&numbers);
                item.put(DataElement::new(tags::LUT_DESCRIPTOR, VR::US, value));
            }
            assert_eq!(is_curve(&item), expected, "{descriptor:?} {data:?}");
        }
        assert!(is_curve(&InMemDicomObject::new_empty()));
    }
}
