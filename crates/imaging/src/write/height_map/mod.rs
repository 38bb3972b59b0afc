//! DICOM Height Map Segmentation of layer lines: PS3.3 sections A.91 and C.8.20.5 (Supplement 240).
//!
//! A frame is a surface, row `i` of it B-scan `i` of the volume and column `x` A-scan `x`. A value is the distance of
//! the surface from the top edge of the B-scan in px, which is the convention of [`LayerLines`] too. Validators that
//! are older than the supplement, such as dciodvfy of 2022, do not know this class.

mod groups;

use dicom_core::{PrimitiveValue, VR};
use dicom_dictionary_std::{tags, uids};
use dicom_object::InMemDicomObject;

use crate::dicom::build::{Build, to_file};
use crate::dicom::code::ANATOMICAL_STRUCTURE;
use crate::dicom::references::{put_common_reference, put_dimensions};
use crate::dicom::segment::Segment;
use crate::dicom::surfaces::surface_code;
use crate::dicom::{DicomExport, ExportUids, Instance, common_modules, put_series_laterality};
use crate::{LayerLines, SegmentAlgorithm, Volume, WriteError};

const FORMAT: &str = "DICOM Height Map";
/// Stands for an absent height; heights of a picture are at least 0.
const PADDING: f32 = -1.0;
const COLOUR_RGB: [u8; 3] = [255, 214, 92];

/// The bytes of a DICOM file of `lines`, one entry per B-scan, in explicit VR little endian.
///
/// Heights that are NaN or outside the picture are written as absent. Refused are more or fewer entries than B-scans,
/// lines of another width, and lines without a single height.
pub fn encode_dicom_height_map(
    volume: &Volume,
    lines: &[LayerLines],
    export: &DicomExport,
    algorithm: &SegmentAlgorithm,
) -> Result<Vec<u8>, WriteError> {
    let names = names(volume, lines)?;
    let heights = heights(volume, lines, &names);
    if heights.iter().all(|height| *height == PADDING) {
        return Err(refused("lines without a single height inside the picture"));
    }
    let uids = ExportUids::of(volume, export);
    let height_bytes: Vec<u8> = heights.iter().flat_map(|y| y.to_le_bytes()).collect();
    let (all_names, written_at) = (names.join("\n"), export.written_at.to_string());
    let drawn_by = algorithm.text();
    let content: [&[u8]; 4] = [
        all_names.as_bytes(),
        &height_bytes,
        written_at.as_bytes(),
        drawn_by.as_bytes(),
    ];
    let [uid, series_uid] =
        ["height map", "height map series"].map(|what| uids.other(what, &content));
    let instance = Instance {
        class_uid: uids::HEIGHT_MAP_SEGMENTATION_STORAGE,
        uid: &uid,
        series_uid: &series_uid,
        series_number: 101,
        modality: "SEG",
    };
    let mut set = common_modules(export, &uids, &instance);
    put_series_laterality(&mut set, volume.laterality);
    put_common_reference(&mut set, &uids);
    let organization = uids.other("height map dimensions", &[]);
    put_dimensions(&mut set, &organization, &groups::DIMENSIONS);
    groups::put_functional_groups(&mut set, volume, &uids, names.len() as u16);
    let segment = |(number, name): (u16, &&str)| {
        let segment = Segment {
            number,
            label: name,
            description: None,
            category: ANATOMICAL_STRUCTURE,
            kind: surface_code(name),
            colour_rgb: COLOUR_RGB,
        };
        segment.item(algorithm, volume.laterality)
    };
    let segments = (1..).zip(&names).map(segment).collect();
    set.items(tags::SEGMENT_SEQUENCE, segments);
    put_image(&mut set, volume, names.len(), heights);
    to_file(set)
}

fn refused(what: &str) -> WriteError {
    WriteError::NotRepresentable {
        format: FORMAT,
        what: what.to_owned(),
    }
}

/// Names of all surfaces in the order in which B-scans bring them.
fn names<'a>(volume: &Volume, lines: &'a [LayerLines]) -> Result<Vec<&'a str>, WriteError> {
    if lines.len() != volume.bscans.len() {
        return Err(refused("lines for more or fewer B-scans than there are"));
    }
    let width = volume.bscan_size().width as usize;
    let mut names: Vec<&str> = Vec::new();
    for line in lines.iter().flat_map(|lines| &lines.lines) {
        if line.y_px.len() != width {
            return Err(refused("lines that do not have one height per A-scan"));
        }
        if !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    match names.len() {
        0 => Err(refused("a volume without any layer line")),
        1..=255 => Ok(names),
        _ => Err(refused("more than 255 surfaces")),
    }
}

/// Surfaces × B-scans × A-scans.
fn heights(volume: &Volume, lines: &[LayerLines], names: &[&str]) -> Vec<f32> {
    let size = volume.bscan_size();
    let inside = 0.0..=size.height as f32;
    let mut heights = Vec::with_capacity(names.len() * lines.len() * size.width as usize);
    for name in names {
        for bscan in lines {
            match bscan.get(name) {
                Some(line) => heights.extend(line.y_px.iter().map(|y| {
                    let is_there = inside.contains(y);
                    if is_there { *y } else { PADDING }
                })),
                None => heights.extend((0..size.width).map(|_| PADDING)),
            }
        }
    }
    heights
}

/// Floating Point Image Pixel (C.7.6.24) and Height Map Segmentation Image (C.8.20.5).
fn put_image(set: &mut InMemDicomObject, volume: &Volume, surfaces: usize, heights: Vec<f32>) {
    set.value(
        tags::IMAGE_TYPE,
        PrimitiveValue::Strs(
            ["DERIVED".to_owned(), "PRIMARY".to_owned()]
                .as_slice()
                .into(),
        ),
    );
    set.value(tags::CONTENT_LABEL, "HEIGHTMAP");
    set.value(
        tags::CONTENT_DESCRIPTION,
        "Boundaries of retinal layers as heights per A-scan",
    );
    set.empty(&[tags::CONTENT_CREATOR_NAME]);
    set.value(tags::SEGMENTATION_TYPE, "HEIGHTMAP");
    set.value(tags::NUMBER_OF_FRAMES, surfaces.to_string());
    set.value(tags::PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    // A volume that was read has fewer B-scans and A-scans than 16 bits count.
    for (tag, value) in [
        (tags::SAMPLES_PER_PIXEL, 1),
        (tags::ROWS, volume.bscans.len() as u16),
        (tags::COLUMNS, volume.bscan_size().width as u16),
        (tags::BITS_ALLOCATED, 32),
    ] {
        set.value(tag, PrimitiveValue::from(value));
    }
    set.value(
        tags::FLOAT_PIXEL_PADDING_VALUE,
        PrimitiveValue::from(PADDING),
    );
    set.value_as(
        tags::FLOAT_PIXEL_DATA,
        VR::OF,
        PrimitiveValue::F32(heights.into()),
    );
}
