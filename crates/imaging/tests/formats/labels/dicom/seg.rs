//! Segmentations that are written, as we, dciodvfy, pydicom and highdicom read them.

use std::process::Command;

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;
use fovea_imaging::{
    Bscan, BscanPosition, LabelFormat, Labelled, Laterality, ScanPattern, SegmentAlgorithm,
    SourceFormat, Volume, encode_dicom_seg,
};
use fovea_test_data::{Python, program};

use super::super::read;
use super::{Phantom, export, phantom};

fn automatic() -> SegmentAlgorithm {
    SegmentAlgorithm::Automatic {
        name: "layers".to_owned(),
        version: "1".to_owned(),
    }
}

fn written(volume: &Volume, masks: &[Option<Mask>], algorithm: &SegmentAlgorithm) -> Vec<u8> {
    let labelled = Labelled {
        volume,
        masks,
        schema: &LabelSchema::oct_layers(),
    };
    encode_dicom_seg(&labelled, &export(), algorithm).expect("writes")
}

/// Pattern, places and algorithms that change what is written.
fn variants() -> Vec<(&'static str, Vec<u8>)> {
    let Phantom { volume, masks } = phantom();
    let mut volume = volume.volume;
    let raster = written(&volume, &masks, &SegmentAlgorithm::Manual);
    for (index, bscan) in (0..).zip(&mut volume.bscans) {
        let angle = f64::from(index) * 0.3;
        bscan.position = Some(BscanPosition {
            start_mm: [3.0 - angle.cos(), 3.0 - angle.sin()],
            end_mm: [3.0 + angle.cos(), 3.0 + angle.sin()],
        });
    }
    volume.pattern = ScanPattern::Radial;
    let radial = written(&volume, &masks, &automatic());
    volume.pattern = ScanPattern::Circle;
    volume.laterality = Laterality::Unknown;
    let semiautomatic = SegmentAlgorithm::Semiautomatic {
        name: "layers".to_owned(),
        version: "1".to_owned(),
    };
    let circle = written(&volume, &masks, &semiautomatic);
    volume.spacing_um = None;
    let plain = written(&volume, &masks[..1], &SegmentAlgorithm::Manual);
    vec![
        ("raster", raster),
        ("radial", radial),
        ("circle", circle),
        ("without spacing", plain),
    ]
}

#[test]
fn masks_come_back_pixel_for_pixel() {
    let phantom = phantom();
    let schema = LabelSchema::oct_layers();
    for algorithm in [SegmentAlgorithm::Manual, automatic()] {
        let bytes = written(&phantom.volume.volume, &phantom.masks, &algorithm);
        let labels = read(&bytes, &phantom.context());
        assert_eq!(labels.format, LabelFormat::DicomSeg);
        assert_eq!(labels.warnings, [""; 0]);
        let indices: Vec<u32> = labels.bscans.iter().map(|b| b.bscan_index).collect();
        assert_eq!(indices, [0, 1, 2, 4]);
        let ours = |foreign: u8| match labels.classes.iter().find(|c| c.index == foreign) {
            None => 0,
            Some(class) => schema
                .classes
                .iter()
                .find(|known| known.name == class.name)
                .map_or(255, |known| known.index),
        };
        for bscan in &labels.bscans {
            let found = bscan.mask.as_ref().expect("a mask").classes();
            let found: Vec<u8> = found.iter().map(|class| ours(*class)).collect();
            let truth = phantom.masks[bscan.bscan_index as usize].as_ref();
            assert!(
                found == truth.expect("labelled").classes(),
                "{}",
                bscan.bscan_index
            );
        }
    }
}

#[test]
fn dciodvfy_finds_no_error() {
    let Some(dciodvfy) = program("dciodvfy_finds_no_error", "dciodvfy") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in variants() {
        let path = folder.path().join("seg.dcm");
        std::fs::write(&path, &bytes).expect("writes");
        let output = Command::new(&dciodvfy).arg(&path).output().expect("starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("Segmentation"), "{name}: {said}");
        assert!(!said.contains("Error"), "{name}: {said}");
    }
}

/// Frames by segment and source frame, with the count of pixels and the sum of their positions.
const SEGREAD: &str = r#"
import sys, json, numpy as np, highdicom as hd
from PIL import Image, ImageCms
# The sRGB profile against D50, in 8 bits.
to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB", renderingIntent=1)
def lab(c):
    return list(ImageCms.applyTransform(Image.new("RGB", (1, 1), tuple(c)), to_lab).getpixel((0, 0)))
seg = hd.seg.segread(sys.argv[1])
out = []
source = seg.get_source_image_uids()[0][2]
count = int(sys.argv[2])
names = [seg.get_segment_description(n).segment_label for n in seg.segment_numbers]
frames = list(range(1, count + 1))
arr = seg.get_pixels_by_source_frame(source, frames, assert_missing_frames_are_empty=True)
for z in range(count):
    for s in range(arr.shape[3]):
        at = np.flatnonzero(arr[z, :, :, s])
        if len(at): out.append([z, names[s], len(at), int(at.sum())])
first = seg.SegmentSequence[0]
print(json.dumps({
    "frames": out, "type": seg.segmentation_type.name,
    "region": first.AnatomicRegionSequence[0].CodeValue,
    "side": first.AnatomicRegionSequence[0].AnatomicRegionModifierSequence[0].CodeValue,
    "algorithm": first.SegmentAlgorithmType, "scan": seg.ReferencedSeriesSequence[0].ReferencedInstanceSequence[0].ReferencedSOPClassUID,
    "colours": [list(s.RecommendedDisplayCIELabValue) for s in seg.SegmentSequence],
    "expected": [lab(c) for c in json.loads(sys.argv[3])],
}))
"#;

#[test]
fn highdicom_reads_the_same_masks() {
    let Some(python) = Python::find("highdicom_reads_the_same_masks") else {
        return;
    };
    let phantom = phantom();
    let schema = LabelSchema::oct_layers();
    let bytes = written(&phantom.volume.volume, &phantom.masks, &automatic());
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), &bytes).expect("writes");
    let mut truth = Vec::new();
    let mut colours = Vec::new();
    for class in &schema.classes[1..] {
        let mut occurs = false;
        for (z, mask) in phantom.masks.iter().enumerate() {
            let classes = mask.as_ref().map_or(&[][..], |mask| mask.classes());
            let at: Vec<usize> = (0..classes.len())
                .filter(|at| classes[*at] == class.index)
                .collect();
            if !at.is_empty() {
                occurs = true;
                truth.push((z, class.name.clone(), at.len(), at.iter().sum::<usize>()));
            }
        }
        if occurs {
            colours.push(class.colour_rgb);
        }
    }
    truth.sort_by_key(|(z, ..)| *z);
    let arguments = [
        file.path().display().to_string(),
        "5".to_owned(),
        serde_json::to_string(&colours).expect("numbers"),
    ];
    let found = python.run(SEGREAD, &arguments);
    let mut frames: Vec<(usize, String, usize, usize)> =
        serde_json::from_value(found["frames"].clone()).expect("frames");
    frames.sort_by_key(|(z, ..)| *z);
    assert_eq!(frames, truth);
    for (key, expected) in [
        ("type", "BINARY"),
        ("region", "5665001"),
        ("side", "7771000"),
        ("algorithm", "AUTOMATIC"),
        ("scan", "1.2.840.10008.5.1.4.1.1.77.1.5.4"),
    ] {
        assert_eq!(found[key], expected, "{key}");
    }
    let values = |key: &str| -> Vec<[u16; 3]> {
        serde_json::from_value(found[key].clone()).expect("colours")
    };
    for (ours, theirs) in values("colours").into_iter().zip(values("expected")) {
        for channel in 0..3 {
            let theirs = f64::from(theirs[channel]);
            let ours = f64::from(ours[channel]) / 257.0;
            assert!((ours - theirs).abs() <= 1.0, "{ours} is not {theirs}");
        }
    }
}

/// The volume as highdicom places it: `(planes, spacing in mm, first position)`.
const PLANES: &str = r#"
import sys, json, highdicom as hd
seg = hd.seg.segread(sys.argv[1])
volume = seg.get_volume(combine_segments=True)
print(json.dumps([list(volume.spatial_shape), [round(v, 6) for v in volume.spacing], seg.FrameOfReferenceUID[:5]]))
"#;

#[test]
fn highdicom_sees_a_volume_in_space() {
    let Some(python) = Python::find("highdicom_sees_a_volume_in_space") else {
        return;
    };
    let phantom = phantom();
    let volume = &phantom.volume.volume;
    let masks: Vec<Option<Mask>> = phantom.volume.masks.iter().cloned().map(Some).collect();
    let file = tempfile::NamedTempFile::new().expect("a file");
    let bytes = written(volume, &masks, &SegmentAlgorithm::Manual);
    std::fs::write(file.path(), bytes).expect("writes");
    let found = python.run(PLANES, &[file.path()]);
    let spacing = volume.spacing_um.expect("a phantom's");
    let rounded = |um: f64| (um * 1e3).round() / 1e6;
    assert_eq!(found[0], serde_json::json!([5, 41, 37]));
    assert_eq!(
        found[1],
        serde_json::json!([rounded(spacing.z), rounded(spacing.y), rounded(spacing.x)])
    );
}

#[test]
fn the_same_labels_are_the_same_file_and_others_are_not() {
    let phantom = phantom();
    let volume = &phantom.volume.volume;
    let manual = SegmentAlgorithm::Manual;
    let first = written(volume, &phantom.masks, &manual);
    assert_eq!(first, written(volume, &phantom.masks, &manual));
    let uid = |bytes: &[u8]| {
        let file = fovea_imaging::open_dicom(bytes, &fovea_imaging::Budget::default());
        let file = file.expect("a file");
        let text = |tag| {
            file.element(tag)
                .expect("there")
                .to_str()
                .expect("text")
                .to_string()
        };
        [
            text(dicom_dictionary_std::tags::STUDY_INSTANCE_UID),
            text(dicom_dictionary_std::tags::SOP_INSTANCE_UID),
        ]
    };
    let [study, instance] = uid(&first);
    let [other_study, other] = uid(&written(volume, &phantom.masks, &automatic()));
    assert_eq!(study, other_study);
    assert_ne!(instance, other);
}

#[test]
fn what_cannot_be_held_is_refused() {
    let size = SizePx::new(2, 2);
    let volume = Volume::of_bscans(vec![Bscan::new(size, vec![0; 4])], SourceFormat::Phantom);
    let cases = [
        (
            None,
            "DICOM SEG cannot hold labels without a single labelled pixel; nothing was written.",
        ),
        (
            Some(Mask::background(size)),
            "DICOM SEG cannot hold labels without a single labelled pixel; nothing was written.",
        ),
        (
            Some(Mask::background(SizePx::new(2, 3))),
            "The picture of 2×2 px has 6 pixel values; nothing was written.",
        ),
    ];
    for (mask, expected) in cases {
        let labelled = Labelled {
            volume: &volume,
            masks: &[mask],
            schema: &LabelSchema::oct_layers(),
        };
        let error = encode_dicom_seg(&labelled, &export(), &SegmentAlgorithm::Manual);
        assert_eq!(error.expect_err("refused").to_string(), expected);
    }
}
