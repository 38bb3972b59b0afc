//! DICOM Segmentation of masks: PS3.3 section A.51, BINARY, one segment per class that occurs.
//!
//! Frames refer to the frames of the Ophthalmic Tomography object that is written of the same volume. Column `x` of
//! row `y` is A-scan `x` at depth `y`, as there. Which eye it is stands with the anatomic region of every segment:
//! dciodvfy allows Laterality (0020,0060) in no series of enhanced multi-frame images.

mod codes;
mod frames;
mod groups;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use super::same_size;
use crate::dicom::build::{Build, to_file};
use crate::dicom::references::{put_common_reference, put_dimensions};
use crate::dicom::segment::Segment;
use crate::dicom::{DicomExport, ExportUids, Instance, common_modules};
use crate::{Labelled, SegmentAlgorithm, WriteError};
use codes::codes_of;
use frames::SegFrames;

pub(super) const FORMAT: &str = "DICOM SEG";

/// The bytes of a DICOM file of the labels, in explicit VR little endian.
///
/// B-scans without a label have no frame. Refused are masks of another size than their B-scan, and labels without a
/// single labelled pixel, which the format cannot hold.
pub fn encode_dicom_seg(
    labelled: &Labelled<'_>,
    export: &DicomExport,
    algorithm: &SegmentAlgorithm,
) -> Result<Vec<u8>, WriteError> {
    let volume = labelled.volume;
    let size = volume.bscan_size();
    for mask in labelled.masks.iter().flatten() {
        same_size(size, mask)?;
    }
    let frames = SegFrames::of(labelled)?;
    let uids = ExportUids::of(volume, export);
    let places: Vec<u8> = frames
        .frames
        .iter()
        .flat_map(|frame| frame.bscan_index.to_le_bytes())
        .collect();
    let written_at = export.written_at.to_string();
    let drawn_by = algorithm.text();
    let content: [&[u8]; 6] = [
        labelled.schema.id.as_bytes(),
        &frames.classes,
        &places,
        &frames.bits,
        written_at.as_bytes(),
        drawn_by.as_bytes(),
    ];
    let [uid, series_uid] =
        ["segmentation", "segmentation series"].map(|what| uids.other(what, &content));
    let instance = Instance {
        class_uid: uids::SEGMENTATION_STORAGE,
        uid: &uid,
        series_uid: &series_uid,
        series_number: 100,
        modality: "SEG",
    };
    let mut set = common_modules(export, &uids, &instance);
    put_common_reference(&mut set, &uids);
    let organization = uids.other("segmentation dimensions", &[]);
    put_dimensions(&mut set, &organization, &groups::DIMENSIONS);
    groups::put_functional_groups(&mut set, volume, &uids, &frames.frames);
    put_segments(&mut set, labelled, algorithm, &frames.classes);
    put_image(&mut set, labelled, frames);
    to_file(set)
}

fn put_segments(
    set: &mut InMemDicomObject,
    labelled: &Labelled<'_>,
    algorithm: &SegmentAlgorithm,
    classes: &[u8],
) {
    let segment = |(number, index): (u16, &u8)| {
        let class = labelled.schema.class(*index);
        let (category, kind) = codes_of(class);
        let unnamed = index.to_string();
        let segment = Segment {
            number,
            label: class.map_or(unnamed.as_str(), |class| &class.name),
            description: class.map(|class| class.description.as_str()),
            category,
            kind,
            colour_rgb: class.map_or([255; 3], |class| class.colour_rgb),
        };
        segment.item(algorithm, labelled.volume.laterality)
    };
    let items = (1..).zip(classes).map(segment).collect();
    set.items(tags::SEGMENT_SEQUENCE, items);
}

/// General Image (C.7.6.1), Image Pixel (C.7.6.3) and Segmentation Image (C.8.20.2).
fn put_image(set: &mut InMemDicomObject, labelled: &Labelled<'_>, frames: SegFrames) {
    let size = labelled.volume.bscan_size();
    set.value(
        tags::IMAGE_TYPE,
        PrimitiveValue::Strs(
            ["DERIVED".to_owned(), "PRIMARY".to_owned()]
                .as_slice()
                .into(),
        ),
    );
    set.value(tags::CONTENT_LABEL, "SEGMENTATION");
    set.value(tags::CONTENT_DESCRIPTION, labelled.schema.id.as_str());
    set.empty(&[tags::CONTENT_CREATOR_NAME]);
    set.value(tags::LOSSY_IMAGE_COMPRESSION, "00");
    set.value(tags::SEGMENTATION_TYPE, "BINARY");
    set.value(tags::NUMBER_OF_FRAMES, frames.frames.len().to_string());
    set.value(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    // Sides of a picture that was read are within 16 bits.
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, size.height as u16),
        (tags::COLUMNS, size.width as u16),
        (tags::BITS_ALLOCATED, 1),
        (tags::BITS_STORED, 1),
        (tags::HIGH_BIT, 0),
        (tags::PIXEL_REPRESENTATION, 0),
    ] {
        set.value(tag, PrimitiveValue::from(value));
    }
    set.value_as(
        tags::PIXEL_DATA,
        VR::OB,
        PrimitiveValue::U8(frames.bits.into()),
    );
}
