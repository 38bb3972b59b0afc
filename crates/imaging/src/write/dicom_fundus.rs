//! The picture of the fundus as DICOM Ophthalmic Photography: PS3.3 section A.41, one frame of 8 bits.

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use crate::dicom::build::{Build, to_file};
use crate::dicom::code::{Code, code};
use crate::dicom::{DicomExport, ExportUids, Instance, common_modules, put_retina};
use crate::{Laterality, ScanPattern, Volume, WriteError};

/// CID 4202.
const SCANNING_LASER: Code = code("392001008", "SCT", "Scanning Laser Ophthalmoscope");

/// The bytes of a DICOM file of the fundus picture that came with the scan, or of the scan itself where that is one, in
/// explicit VR little endian. It belongs to the study of the tomogram that
/// [`encode_dicom_opt`](crate::encode_dicom_opt) writes.
///
/// Refused is a scan without such a picture.
pub fn encode_dicom_fundus(volume: &Volume, export: &DicomExport) -> Result<Vec<u8>, WriteError> {
    let picture = Picture::of(volume).ok_or_else(|| WriteError::NotRepresentable {
        format: "DICOM OP",
        what: "a scan without a picture of the fundus".to_owned(),
    })?;
    let uids = ExportUids::of(volume, export);
    let instance = Instance {
        class_uid: uids::OPHTHALMIC_PHOTOGRAPHY8_BIT_IMAGE_STORAGE,
        uid: &uids.other("fundus", &[]),
        series_uid: &uids.other("fundus series", &[]),
        series_number: 4,
        modality: "OP",
    };
    let mut set = common_modules(export, &uids, &instance);
    // A photograph has no place in space.
    set.remove_element(tags::FRAME_OF_REFERENCE_UID);
    set.remove_element(tags::POSITION_REFERENCE_INDICATOR);
    put_image(&mut set, export);
    put_eye(&mut set, volume.laterality);
    put_acquisition(&mut set, &uids);
    picture.put(&mut set);
    to_file(set)
}

/// What is written, with the size of a pixel in µm, `[x, y]`.
struct Picture<'a> {
    width: u32,
    height: u32,
    pixels: &'a [u8],
    spacing_um: Option<[f64; 2]>,
}

impl<'a> Picture<'a> {
    fn of(volume: &'a Volume) -> Option<Self> {
        if let Some(slo) = &volume.slo {
            return Some(Self {
                width: slo.size.width,
                height: slo.size.height,
                pixels: &slo.pixels,
                spacing_um: volume.slo_spacing_um,
            });
        }
        let is_picture = volume.pattern == ScanPattern::EnFace && volume.bscans.len() == 1;
        let picture = volume.bscans.first().filter(|_| is_picture)?;
        Some(Self {
            width: picture.size.width,
            height: picture.size.height,
            pixels: &picture.pixels,
            spacing_um: volume.spacing_um.map(|spacing| [spacing.x, spacing.y]),
        })
    }

    fn put(&self, set: &mut InMemDicomObject) {
        set.value(tags::NUMBER_OF_FRAMES, "1");
        set.value(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
        // Sides of a picture that was read are within 16 bits.
        for (tag, value) in [
            (tags::SAMPLES_PER_PIXEL, 1),
            (tags::ROWS, self.height as u16),
            (tags::COLUMNS, self.width as u16),
            (tags::BITS_ALLOCATED, 8),
            (tags::BITS_STORED, 8),
            (tags::HIGH_BIT, 7),
            (tags::PIXEL_REPRESENTATION, 0),
        ] {
            set.value(tag, PrimitiveValue::from(value));
        }
        if let Some([x, y]) = self.spacing_um {
            // Distance of rows, then of columns.
            set.decimals(tags::PIXEL_SPACING, &[y / 1e3, x / 1e3]);
        }
        let mut bytes = self.pixels.to_vec();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        set.value_as(tags::PIXEL_DATA, VR::OB, PrimitiveValue::U8(bytes.into()));
    }
}

/// General Image (C.7.6.1), Multi-frame (C.7.6.6) and Ophthalmic Photography Image (C.8.17.2).
fn put_image(set: &mut InMemDicomObject, export: &DicomExport) {
    set.value(
        tags::IMAGE_TYPE,
        PrimitiveValue::Strs(
            ["ORIGINAL".to_owned(), "PRIMARY".to_owned()]
                .as_slice()
                .into(),
        ),
    );
    set.empty(&[tags::PATIENT_ORIENTATION]);
    // When the picture was taken is not told: the time of writing stands in its place.
    set.value(
        tags::ACQUISITION_DATE_TIME,
        export.written_at.format("%Y%m%d%H%M%S").to_string(),
    );
    set.value(tags::PRESENTATION_LUT_SHAPE, "IDENTITY");
    set.value(tags::LOSSY_IMAGE_COMPRESSION, "00");
    set.value(tags::BURNED_IN_ANNOTATION, "NO");
    // Required of one frame too: it follows the others after no time.
    set.value(
        tags::FRAME_INCREMENT_POINTER,
        PrimitiveValue::from(tags::FRAME_TIME),
    );
    set.value(tags::FRAME_TIME, "0");
}

/// Ocular Region Imaged (C.8.17.5).
fn put_eye(set: &mut InMemDicomObject, laterality: Laterality) {
    // The image says it, so the series must not.
    set.remove_element(tags::LATERALITY);
    set.value(
        tags::IMAGE_LATERALITY,
        match laterality {
            Laterality::Right => "R",
            Laterality::Left => "L",
            // Neither side: the standard has no word for a side that nobody knows.
            Laterality::Unknown => "B",
        },
    );
    put_retina(set, laterality);
}

/// Ophthalmic Photographic Parameters (C.8.17.3) and acquisition parameters (C.8.17.4), Acquisition Context (C.7.6.14)
/// and Synchronization (C.7.4.2).
fn put_acquisition(set: &mut InMemDicomObject, uids: &ExportUids) {
    set.item(
        tags::ACQUISITION_DEVICE_TYPE_CODE_SEQUENCE,
        SCANNING_LASER.item(),
    );
    for sequence in [
        tags::ILLUMINATION_TYPE_CODE_SEQUENCE,
        tags::LIGHT_PATH_FILTER_TYPE_STACK_CODE_SEQUENCE,
        tags::IMAGE_PATH_FILTER_TYPE_STACK_CODE_SEQUENCE,
        tags::LENSES_CODE_SEQUENCE,
        tags::REFRACTIVE_STATE_SEQUENCE,
        tags::ACQUISITION_CONTEXT_SEQUENCE,
    ] {
        set.items(sequence, Vec::new());
    }
    set.empty(&[
        tags::DETECTOR_TYPE,
        tags::PATIENT_EYE_MOVEMENT_COMMANDED,
        tags::HORIZONTAL_FIELD_OF_VIEW,
        tags::EMMETROPIC_MAGNIFICATION,
        tags::INTRA_OCULAR_PRESSURE,
        tags::PUPIL_DILATED,
    ]);
    set.value(
        tags::SYNCHRONIZATION_FRAME_OF_REFERENCE_UID,
        uids.other("synchronization", &[]).as_str(),
    );
    set.value(tags::SYNCHRONIZATION_TRIGGER, "NO TRIGGER");
    set.value(tags::ACQUISITION_TIME_SYNCHRONIZED, "N");
}
