//! The modules that only a tomogram has: Ophthalmic Tomography Image (PS3.3 C.8.17.7), its acquisition parameters (C.8.17.8)
//! and parameters (C.8.17.9), Ocular Region Imaged (C.8.17.5), Acquisition Context (C.7.6.14) and Synchronization (C.7.4.2).

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use crate::dicom::build::Build;
use crate::dicom::code::{Code, code};
use crate::dicom::{DicomExport, ExportUids, put_retina};
use crate::{Laterality, Volume};

/// CID 4210.
const OCT_SCANNER: Code = code("392012008", "SCT", "Optical Coherence Tomography Scanner");

pub(super) fn put(
    set: &mut InMemDicomObject,
    volume: &Volume,
    export: &DicomExport,
    uids: &ExportUids,
) {
    put_image(set, export);
    put_concatenation(set);
    put_parameters(set);
    // The image says it, so the series must not.
    set.remove_element(tags::LATERALITY);
    set.value(
        tags::IMAGE_LATERALITY,
        match volume.laterality {
            Laterality::Right => "R",
            Laterality::Left => "L",
            // Neither side: the standard has no word for a side that nobody knows.
            Laterality::Unknown => "B",
        },
    );
    put_retina(set, volume.laterality);
    set.items(tags::ACQUISITION_CONTEXT_SEQUENCE, Vec::new());
    set.value(
        tags::SYNCHRONIZATION_FRAME_OF_REFERENCE_UID,
        uids.other("synchronization", &[]).as_str(),
    );
    set.value(tags::SYNCHRONIZATION_TRIGGER, "NO TRIGGER");
    set.value(tags::ACQUISITION_TIME_SYNCHRONIZED, "N");
}

fn put_image(set: &mut InMemDicomObject, export: &DicomExport) {
    set.value(
        tags::IMAGE_TYPE,
        PrimitiveValue::Strs(
            ["DERIVED".to_owned(), "PRIMARY".to_owned()]
                .as_slice()
                .into(),
        ),
    );
    // When the scan was taken is not told: the time of writing stands in its place.
    set.value(
        tags::ACQUISITION_DATE_TIME,
        export.written_at.format("%Y%m%d%H%M%S").to_string(),
    );
    set.value(tags::ACQUISITION_DURATION, PrimitiveValue::from(0.0_f64));
    set.value(tags::ACQUISITION_NUMBER, "1");
    set.value(tags::PRESENTATION_LUT_SHAPE, "IDENTITY");
    set.value(tags::LOSSY_IMAGE_COMPRESSION, "00");
    set.value(tags::BURNED_IN_ANNOTATION, "NO");
}

/// A tomogram is never cut into several objects, and C.8.17.7 wants that said: the first of one, from frame 0. The general
/// rule of C.7.6.16 would leave these out; a validator that knows both complains either way.
fn put_concatenation(set: &mut InMemDicomObject) {
    set.value(
        tags::CONCATENATION_FRAME_OFFSET_NUMBER,
        PrimitiveValue::from(0_u32),
    );
    for tag in [
        tags::IN_CONCATENATION_NUMBER,
        tags::IN_CONCATENATION_TOTAL_NUMBER,
    ] {
        set.value(tag, PrimitiveValue::from(1_u16));
    }
}

fn put_parameters(set: &mut InMemDicomObject) {
    set.empty(&[
        tags::AXIAL_LENGTH_OF_THE_EYE,
        tags::HORIZONTAL_FIELD_OF_VIEW,
        tags::EMMETROPIC_MAGNIFICATION,
        tags::INTRA_OCULAR_PRESSURE,
        tags::PUPIL_DILATED,
    ]);
    for sequence in [
        tags::REFRACTIVE_STATE_SEQUENCE,
        tags::LIGHT_PATH_FILTER_TYPE_STACK_CODE_SEQUENCE,
    ] {
        set.items(sequence, Vec::new());
    }
    set.item(
        tags::ACQUISITION_DEVICE_TYPE_CODE_SEQUENCE,
        OCT_SCANNER.item(),
    );
    set.value(tags::DETECTOR_TYPE, "CCD");
}
