//! Attributes whose representation in the file is not the standard's.

use std::fs;
use std::path::Path;

use dicom_core::dictionary::{DataDictionary, DataDictionaryEntry, VirtualVr};
use dicom_core::value::{C, DataSetSequence, PrimitiveValue, Value};
use dicom_core::{DataElement, Length, Tag, VR};
use dicom_dictionary_std::{StandardDataDictionary, tags};
use dicom_object::{DefaultDicomObject, InMemDicomObject};
use fovea_imaging::{Budget, open_dicom};

use crate::dicom::open_intake;

const TOKEN: &str = "CANARY";

const REPRESENTATIONS: [VR; 34] = [
    VR::AE,
    VR::AS,
    VR::AT,
    VR::CS,
    VR::DA,
    VR::DS,
    VR::DT,
    VR::FL,
    VR::FD,
    VR::IS,
    VR::LO,
    VR::LT,
    VR::OB,
    VR::OD,
    VR::OF,
    VR::OL,
    VR::OV,
    VR::OW,
    VR::PN,
    VR::SH,
    VR::SL,
    VR::SQ,
    VR::SS,
    VR::ST,
    VR::SV,
    VR::TM,
    VR::UC,
    VR::UI,
    VR::UL,
    VR::UN,
    VR::UR,
    VR::US,
    VR::UT,
    VR::UV,
];

/// A small image of the eye.
fn seed() -> DefaultDicomObject {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/deidentify/native");
    let bytes = fs::read(path).expect("the corpus is part of the checkout");
    open_dicom(&bytes, &Budget::default()).expect("opens")
}

fn written(object: &DefaultDicomObject) -> Vec<u8> {
    let mut bytes = Vec::new();
    object.write_all(&mut bytes).expect("writes");
    bytes
}

/// All attributes of the standard but those that say what the file is and how its pixels lie.
fn attributes() -> Vec<Tag> {
    let groups = (0x0008..=0x0088_u16).step_by(2);
    let all =
        groups.flat_map(|group| (0x0001..=0xffff_u16).map(move |element| Tag(group, element)));
    let says_what_it_is = [tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID];
    let is_known = |tag: &Tag| StandardDataDictionary.by_tag(*tag).is_some();
    all.filter(|tag| tag.group() != 0x0028 && !says_what_it_is.contains(tag))
        .filter(is_known)
        .collect()
}

fn value(vr: VR) -> Value<InMemDicomObject> {
    match vr {
        VR::SQ => {
            let token = DataElement::new(tags::IMAGE_COMMENTS, VR::LT, TOKEN);
            let item = InMemDicomObject::from_element_iter([token]);
            DataSetSequence::new(C::from_elem(item, 1), Length::UNDEFINED).into()
        }
        VR::US | VR::OW => PrimitiveValue::from([7_u16, 7]).into(),
        VR::SS => PrimitiveValue::from([-7_i16, 7]).into(),
        VR::UL | VR::OL => PrimitiveValue::from([7_u32]).into(),
        VR::SL => PrimitiveValue::from([-7_i32]).into(),
        VR::UV | VR::OV => PrimitiveValue::from([7_u64]).into(),
        VR::SV => PrimitiveValue::from([-7_i64]).into(),
        VR::FL | VR::OF => PrimitiveValue::from([7.5_f32]).into(),
        VR::FD | VR::OD => PrimitiveValue::from([7.5_f64]).into(),
        VR::AT => PrimitiveValue::Tags(C::from_elem(tags::ROWS, 1)).into(),
        VR::OB => PrimitiveValue::from(TOKEN.as_bytes()).into(),
        // Read as what the standard says, in which no bytes would fit them all.
        VR::UN => PrimitiveValue::Empty.into(),
        _ => PrimitiveValue::from(TOKEN).into(),
    }
}

/// True when the standard may give the attribute this representation.
fn fits(tag: Tag, vr: VR) -> bool {
    let Some(entry) = StandardDataDictionary.by_tag(tag) else {
        return false;
    };
    match entry.vr() {
        VirtualVr::Exact(exact) => exact == vr,
        VirtualVr::Xs => matches!(vr, VR::US | VR::SS),
        VirtualVr::Ox | VirtualVr::Px => matches!(vr, VR::OB | VR::OW),
        VirtualVr::Lt => matches!(vr, VR::US | VR::SS | VR::OW),
        _ => false,
    }
}

#[test]
fn what_takes_a_values_place_has_the_standards_representation() {
    let (intake, attributes) = (open_intake(), attributes());
    assert!(attributes.len() > 3_000, "{}", attributes.len());
    for vr in REPRESENTATIONS {
        let mut object = seed();
        for tag in &attributes {
            object.put(DataElement::new(*tag, vr, value(vr)));
        }
        let (once, _) = intake
            .deidentify_bytes(&written(&object))
            .unwrap_or_else(|refusal| panic!("{vr:?}: {refusal}"));
        let (twice, report) = intake.deidentify_bytes(&once).expect("cleans again");
        assert!(once == twice, "{vr:?}: {report}");
        let token = once
            .windows(TOKEN.len())
            .position(|at| at == TOKEN.as_bytes());
        assert_eq!(token, None, "{vr:?}");
        let clean = open_dicom(&once, &Budget::default()).expect("opens");
        for element in clean.iter() {
            let (tag, found) = (element.header().tag, element.vr());
            assert!(
                fits(tag, found),
                "{tag} came as {vr:?} and left as {found:?}"
            );
        }
    }
}

#[test]
fn a_file_whose_instance_is_not_stated_is_refused() {
    for vr in [VR::UI, VR::UN, VR::LO] {
        let mut object = seed();
        object.put(DataElement::empty(tags::SOP_INSTANCE_UID, vr));
        let refusal = open_intake()
            .deidentify_bytes(&written(&object))
            .expect_err("refused");
        let sentence = refusal.to_string();
        assert!(sentence.contains("SOP class or instance"), "{sentence}");
    }
}
