//! What every DICOM object that goes out says of its origin: a pseudonym, and UIDs that tie scan and labels together.

use chrono::NaiveDateTime;
use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::build::{Build, built};
use super::code::{LEFT, RETINA, RIGHT};
use super::uid::uid_of;
use crate::{Laterality, Volume, case_id_of};

/// Whose scan a DICOM object shows, under which name, and when it was written.
///
/// Scan, segmentation and height map that are written of one volume under one pseudonym belong to one study and refer
/// to each other, in whatever order and wherever they are written: their UIDs are hashes of the volume and the
/// pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DicomExport {
    /// Patient ID and Patient's Name: never a person's own.
    pub pseudonym: String,
    /// Content Date and Content Time.
    pub written_at: NaiveDateTime,
}

impl DicomExport {
    /// Under a name that is made of the case's id, so that whatever writes scan or labels of a case writes them into the
    /// same study.
    pub fn of_case(volume: &Volume, written_at: NaiveDateTime) -> Self {
        Self {
            pseudonym: format!("FOVEA-{}", case_id_of(volume).short()),
            written_at,
        }
    }
}

/// UIDs of the objects that are written for one volume.
pub(crate) struct ExportUids {
    pub(crate) study: String,
    pub(crate) frame_of_reference: String,
    pub(crate) scan_series: String,
    pub(crate) scan: String,
    seed: [u8; 32],
    pseudonym: String,
}

impl ExportUids {
    pub(crate) fn of(volume: &Volume, export: &DicomExport) -> Self {
        let mut uids = Self {
            study: String::new(),
            frame_of_reference: String::new(),
            scan_series: String::new(),
            scan: String::new(),
            seed: *case_id_of(volume).0.as_bytes(),
            pseudonym: export.pseudonym.clone(),
        };
        uids.study = uids.other("study", &[]);
        uids.frame_of_reference = uids.other("frame of reference", &[]);
        uids.scan_series = uids.other("scan series", &[]);
        uids.scan = uids.other("scan", &[]);
        uids
    }

    /// The UID of something else that belongs to the volume, made from what it is and what it holds.
    pub(crate) fn other(&self, what: &str, content: &[&[u8]]) -> String {
        let fixed: [&[u8]; 4] = [
            b"fovea.dicom/1",
            what.as_bytes(),
            &self.seed,
            self.pseudonym.as_bytes(),
        ];
        uid_of(&[&fixed, content].concat())
    }
}

/// Class, instance and series of one object.
pub(crate) struct Instance<'a> {
    pub(crate) class_uid: &'a str,
    pub(crate) uid: &'a str,
    pub(crate) series_uid: &'a str,
    pub(crate) series_number: u32,
    pub(crate) modality: &'a str,
}

/// A data set of the modules that all objects share: Patient (PS3.3 C.7.1.1), General Study (C.7.2.1), General Series
/// (C.7.3.1), Frame of Reference (C.7.4.1), Enhanced General Equipment (C.7.5.2) and SOP Common (C.12.1).
pub(crate) fn common_modules(
    export: &DicomExport,
    uids: &ExportUids,
    instance: &Instance<'_>,
) -> InMemDicomObject {
    built(|set| {
        set.value(tags::SPECIFIC_CHARACTER_SET, "ISO_IR 192");
        set.value(tags::SOP_CLASS_UID, instance.class_uid);
        set.value(tags::SOP_INSTANCE_UID, instance.uid);
        set.value(tags::PATIENT_NAME, export.pseudonym.as_str());
        set.value(tags::PATIENT_ID, export.pseudonym.as_str());
        set.empty(&[tags::PATIENT_BIRTH_DATE, tags::PATIENT_SEX]);
        set.value(tags::PATIENT_IDENTITY_REMOVED, "YES");
        set.value(
            tags::DEIDENTIFICATION_METHOD,
            "Written anew from pixels and geometry alone",
        );
        set.value(tags::STUDY_INSTANCE_UID, uids.study.as_str());
        set.empty(&[
            tags::STUDY_DATE,
            tags::STUDY_TIME,
            tags::ACCESSION_NUMBER,
            tags::REFERRING_PHYSICIAN_NAME,
            tags::STUDY_ID,
        ]);
        set.value(tags::MODALITY, instance.modality);
        set.value(tags::SERIES_INSTANCE_UID, instance.series_uid);
        set.value(tags::SERIES_NUMBER, instance.series_number.to_string());
        set.value(
            tags::FRAME_OF_REFERENCE_UID,
            uids.frame_of_reference.as_str(),
        );
        set.empty(&[tags::POSITION_REFERENCE_INDICATOR]);
        set.value(tags::MANUFACTURER, "Fovea");
        set.value(tags::MANUFACTURER_MODEL_NAME, "Fovea");
        // Required, and software has none.
        set.value(tags::DEVICE_SERIAL_NUMBER, "none");
        set.value(tags::SOFTWARE_VERSIONS, env!("CARGO_PKG_VERSION"));
        set.value(tags::INSTANCE_NUMBER, "1");
        set.value(
            tags::CONTENT_DATE,
            export.written_at.format("%Y%m%d").to_string(),
        );
        set.value(
            tags::CONTENT_TIME,
            export.written_at.format("%H%M%S").to_string(),
        );
    })
}

/// The side as an attribute of the series, for objects whose images do not say it (PS3.3 section C.7.3.1).
pub(crate) fn put_series_laterality(set: &mut InMemDicomObject, laterality: Laterality) {
    set.value(tags::BODY_PART_EXAMINED, "EYE");
    let side: PrimitiveValue = match laterality {
        Laterality::Right => "R".into(),
        Laterality::Left => "L".into(),
        Laterality::Unknown => PrimitiveValue::Empty,
    };
    set.value(tags::LATERALITY, side);
}

/// The retina as anatomic region, with its side where that is known (PS3.3 section 10.5).
pub(crate) fn put_retina(set: &mut InMemDicomObject, laterality: Laterality) {
    let mut region = RETINA.item();
    let side = match laterality {
        Laterality::Right => Some(RIGHT),
        Laterality::Left => Some(LEFT),
        Laterality::Unknown => None,
    };
    if let Some(side) = side {
        region.item(tags::ANATOMIC_REGION_MODIFIER_SEQUENCE, side.item());
    }
    set.item(tags::ANATOMIC_REGION_SEQUENCE, region);
}
