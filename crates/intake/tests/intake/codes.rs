//! Coded concepts.

use dicom_core::value::{DataSetSequence, Value};
use dicom_core::{DataElement, Length, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;
use fovea_intake::Action;

use crate::pixels::image::{bits, cleaned, file, image};

/// A code of the standard is told of as what it is: kept, and cleaned where its words were others.
#[test]
fn codes_that_stay_are_told_of_as_kept() {
    let cases = [
        ("Retina", false),
        ("Retina of Mrs Canary", true),
        ("", true),
    ];
    for (meaning, is_cleaned) in cases {
        let code = InMemDicomObject::from_element_iter([
            DataElement::new(tags::CODE_VALUE, VR::SH, "5665001"),
            DataElement::new(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "SCT"),
            DataElement::new(tags::CODE_MEANING, VR::LO, meaning),
        ]);
        let mut image = image(bits(8, 8, 7));
        let items = DataSetSequence::new(vec![code], Length::UNDEFINED);
        image.put(DataElement::new(
            tags::ANATOMIC_REGION_SEQUENCE,
            VR::SQ,
            Value::from(items),
        ));
        let (clean, report) =
            cleaned(&file(image, uids::EXPLICIT_VR_LITTLE_ENDIAN)).expect("comes out");
        let sequence = clean.get(tags::ANATOMIC_REGION_SEQUENCE).expect("stays");
        let item = &sequence.value().items().expect("items")[0];
        for (tag, text) in [
            (tags::CODE_VALUE, "5665001"),
            (tags::CODING_SCHEME_DESIGNATOR, "SCT"),
            (tags::CODE_MEANING, "Retina"),
        ] {
            let found = item.get(tag).expect("stays").to_str().expect("text");
            assert_eq!(found, text);
        }
        let told: Vec<(&str, Action)> = report
            .attributes
            .iter()
            .filter(|line| line.path == "AnatomicRegionSequence")
            .map(|line| (line.keyword.as_str(), line.action))
            .collect();
        let expected: &[_] = match is_cleaned {
            true => &[("CodeMeaning", Action::Cleaned)],
            false => &[],
        };
        assert_eq!(told, expected, "{meaning}");
    }
}
