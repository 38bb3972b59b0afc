//! What a de-identified file says of itself, and its file meta group.

use dicom_core::value::{C, DataSetSequence, Value};
use dicom_core::{DataElement, Length, VR, dicom_value};
use dicom_dictionary_std::tags;
use dicom_object::{FileMetaTableBuilder, InMemDicomObject};

use crate::facts::Facts;
use crate::{Policy, Refusal};

/// UID under which this implementation is known, made of a random UUID.
const IMPLEMENTATION_CLASS_UID: &str = "2.25.217693336487926315899763016729070400427";
const IMPLEMENTATION_VERSION_NAME: &str = "FOVEA_INTAKE_1";

/// Codes of CID 7050: the profile, and the options that were used.
const BASIC_PROFILE: (&str, &str) = ("113100", "Basic Application Confidentiality Profile");
const MODIFIED_DATES: (&str, &str) = (
    "113107",
    "Retain Longitudinal Temporal Information Modified Dates Option",
);
const SAFE_PRIVATE: (&str, &str) = ("113111", "Retain Safe Private Option");

/// Adds who the patient is from here on, and how the file was de-identified (PS3.15, section E.1.1).
pub(super) fn put(object: &mut InMemDicomObject, pseudonym: &str, policy: &Policy) {
    object.put(DataElement::new(tags::PATIENT_NAME, VR::PN, pseudonym));
    object.put(DataElement::new(tags::PATIENT_ID, VR::LO, pseudonym));
    object.put(DataElement::new(
        tags::SPECIFIC_CHARACTER_SET,
        VR::CS,
        "ISO_IR 192",
    ));
    object.put(DataElement::new(
        tags::PATIENT_IDENTITY_REMOVED,
        VR::CS,
        "YES",
    ));
    let method = dicom_value!(Strs, ["Fovea intake", "PS3.15 Annex E Basic Profile"]);
    object.put(DataElement::new(
        tags::DEIDENTIFICATION_METHOD,
        VR::LO,
        method,
    ));
    let mut codes = vec![BASIC_PROFILE];
    if policy.shifts_dates() {
        codes.push(MODIFIED_DATES);
    }
    if !policy.safe_private().is_empty() {
        codes.push(SAFE_PRIVATE);
    }
    let items: C<InMemDicomObject> = codes.into_iter().map(code_item).collect();
    let sequence = DataSetSequence::new(items, Length::UNDEFINED);
    object.put(DataElement::new(
        tags::DEIDENTIFICATION_METHOD_CODE_SEQUENCE,
        VR::SQ,
        Value::from(sequence),
    ));
    let modified = match policy.shifts_dates() {
        true => "MODIFIED",
        false => "REMOVED",
    };
    object.put(DataElement::new(
        tags::LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED,
        VR::CS,
        modified,
    ));
}

fn code_item((value, meaning): (&str, &str)) -> InMemDicomObject {
    InMemDicomObject::from_element_iter([
        DataElement::new(tags::CODE_VALUE, VR::SH, value),
        DataElement::new(tags::CODING_SCHEME_DESIGNATOR, VR::SH, "DCM"),
        DataElement::new(tags::CODE_MEANING, VR::LO, meaning),
    ])
}

/// The bytes of the file: an empty preamble, our own meta group, the data set in its transfer syntax.
pub(super) fn file(object: InMemDicomObject, facts: &Facts) -> Result<Vec<u8>, Refusal> {
    let refused = |what: &str| Refusal::Unreadable {
        sentence: format!(
            "The DICOM file cannot be written again without the patient: {what}; export it again from the device."
        ),
    };
    let unnamed = "its SOP class or instance is not stated";
    let is_named = [tags::SOP_CLASS_UID, tags::SOP_INSTANCE_UID]
        .into_iter()
        .all(|tag| {
            let uid = object.get(tag).and_then(|uid| uid.to_str().ok());
            uid.is_some_and(|uid| !uid.is_empty())
        });
    if !is_named {
        return Err(refused(unnamed));
    }
    let meta = FileMetaTableBuilder::new()
        .transfer_syntax(facts.transfer_syntax.as_str())
        .implementation_class_uid(IMPLEMENTATION_CLASS_UID)
        .implementation_version_name(IMPLEMENTATION_VERSION_NAME);
    let file = object.with_meta(meta).map_err(|_| refused(unnamed))?;
    let mut bytes = Vec::new();
    match file.write_all(&mut bytes) {
        Ok(()) => Ok(bytes),
        // The error may quote values.
        Err(_) => Err(refused("its data set or transfer syntax does not allow it")),
    }
}
