//! Segmentations that others wrote. Expected figures are those of pydicom and highdicom.

use fovea_geometry::SizePx;
use fovea_imaging::{
    BscanSource, Budget, ForeignLabels, LabelContext, Plane, Wanted, read_labels_bytes,
};
use fovea_test_data::{Python, shared_data};

use super::counts;

fn context(side: u32, bscan_count: u32) -> LabelContext {
    LabelContext::new(SizePx::new(side, side), bscan_count)
}

/// The series that the segmentations of 16×16 px are of: four slices, the first of them far from the others.
fn series(has_uids: bool, has_planes: bool) -> LabelContext {
    let slice = |(number, z_mm): (u32, f64)| BscanSource {
        sop_instance_uid: has_uids
            .then(|| format!("1.3.6.1.4.1.5962.1.1.0.0.0.1196530851.28319.0.{number}")),
        plane: has_planes.then_some(Plane {
            position_mm: [-125.0, -128.1, z_mm],
            orientation: [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        }),
    };
    let places_mm = [-99.48, 103.02, 104.27, 105.52];
    LabelContext {
        sources: (93..).zip(places_mm).map(slice).collect(),
        ..context(16, 4)
    }
}

/// Name, names of the classes, and the start of each warning.
type Case = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
);

const FRACTIONS: &str =
    "The segmentation holds fractions; pixels of at least half of 255 count as inside.";

const CASES: [Case; 5] = [
    ("binary", &["first segment"], &[]),
    ("binary_fractional", &["first segment"], &[FRACTIONS]),
    ("true_fractional", &["first segment"], &[FRACTIONS]),
    ("binary_overlap", &["first segment", "second segment"], &[]),
    ("binary_single_frame", &["first segment"], &[]),
];

/// Pixels of the highest segment that covers each place, by place and segment; and those under more than one.
const COUNT: &str = r#"
import sys, json, pydicom, numpy as np
ds = pydicom.dcmread(sys.argv[1])
arr = ds.pixel_array.reshape(-1, ds.Rows, ds.Columns)
if ds.SegmentationType == "FRACTIONAL": arr = (2 * arr.astype(int) >= ds.MaximumFractionalValue)
top, hidden = {}, 0
groups = ds.PerFrameFunctionalGroupsSequence
for i in sorted(range(len(groups)), key=lambda i: groups[i].SegmentIdentificationSequence[0].ReferencedSegmentNumber):
    segment, place = groups[i].FrameContentSequence[0].DimensionIndexValues
    mask = top.setdefault(place - 1, np.zeros(arr.shape[1:], int))
    hidden += int(((mask != 0) & (arr[i] != 0)).sum())
    mask[arr[i] != 0] = segment
print(json.dumps([hidden, [[z, s, int((m == s).sum())] for z, m in sorted(top.items()) for s in range(1, 9) if (m == s).any()]]))
"#;

fn read(name: &str, context: &LabelContext) -> Option<(String, ForeignLabels)> {
    let folder = shared_data("segmentations_of_others")?;
    let path = folder.join(format!("dicom_seg/seg_image_ct_{name}.dcm"));
    let bytes = std::fs::read(&path).expect("a file");
    let labels = read_labels_bytes(&bytes, context, &Wanted::All, &Budget::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    Some((path.display().to_string(), labels))
}

#[test]
fn segmentations_of_others_count_as_in_pydicom() {
    let Some(python) = Python::find("segmentations_of_others_count_as_in_pydicom") else {
        return;
    };
    for (name, names, warnings) in CASES {
        let contexts = match name {
            "binary_single_frame" => vec![context(128, 1)],
            // By the objects that they refer to, and by the planes in which they lie.
            _ => vec![series(true, false), series(false, true), series(true, true)],
        };
        for context in contexts {
            let Some((path, labels)) = read(name, &context) else {
                return;
            };
            let found: Vec<&str> = labels
                .classes
                .iter()
                .map(|class| class.name.as_str())
                .collect();
            assert_eq!(found, names, "{name}");
            let expected = python.run(COUNT, &[path]);
            let hidden = expected[0].as_u64().expect("a number");
            let expected: Vec<(u32, u8, usize)> =
                serde_json::from_value(expected[1].clone()).expect("counts");
            assert_eq!(counts(&labels), expected, "{name}");
            assert!(!expected.is_empty(), "{name}");
            let overlap = format!("{hidden} pixels lie in annotations of more than one class");
            let overlap = (hidden > 0).then_some(overlap.as_str());
            let wanted: Vec<&str> = warnings.iter().copied().chain(overlap).collect();
            assert_eq!(labels.warnings.len(), wanted.len(), "{:?}", labels.warnings);
            for (found, start) in labels.warnings.iter().zip(wanted) {
                assert!(found.starts_with(start), "{name}: {found}");
            }
        }
    }
}

#[test]
fn a_segment_that_is_left_out_hides_nothing() {
    let context = series(true, true);
    let Some((path, labels)) = read("binary_overlap", &context) else {
        return;
    };
    let bytes = std::fs::read(path).expect("a file");
    let area = |labels: &ForeignLabels, class: u8| -> usize {
        let of_class = counts(labels).into_iter().filter(|(_, of, _)| *of == class);
        of_class.map(|(.., count)| count).sum()
    };
    let hidden = labels.warnings[0].split(' ').next().expect("a number");
    let hidden: usize = hidden.parse().expect("a number");
    let first = read_labels_bytes(
        &bytes,
        &context,
        &Wanted::Only([1].into()),
        &Budget::default(),
    );
    let first = first.expect("labels");
    assert_eq!(area(&first, 1), area(&labels, 1) + hidden);
    assert_eq!((area(&first, 2), first.warnings.len()), (0, 0));
    assert_eq!(first.classes, labels.classes);
}

/// A label map that highdicom writes of the CT slice: segments 1, 2 and 4, two of them in the corners.
const LABEL_MAP: &str = r#"
import sys, json, numpy as np, pydicom, highdicom as hd
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid
source = pydicom.dcmread(sys.argv[1])
mask = np.zeros((128, 128), np.uint8)
mask[:3, :5], mask[20:40, 7:90], mask[127, 127] = 1, 2, 4
def segment(n):
    return hd.seg.SegmentDescription(n, f"part {n}", codes.SCT.AnatomicalStructure, codes.SCT.Bone, "MANUAL")
seg = hd.seg.Segmentation([source], mask, "LABELMAP", [segment(n) for n in (1, 2, 4)], generate_uid(), 1,
    generate_uid(), 1, "maker", "model", "1", "none")
seg.save_as(sys.argv[2])
print(json.dumps([[0, i + 1, int((mask == n).sum())] for i, n in enumerate((1, 2, 4))]))
"#;

#[test]
fn a_label_map_of_highdicom_counts_alike() {
    let test = "a_label_map_of_highdicom_counts_alike";
    let (Some(python), Some(data)) = (Python::find(test), shared_data(test)) else {
        return;
    };
    let file = tempfile::NamedTempFile::new().expect("a file");
    let source = data.join("dicom_seg/ct_image.dcm");
    let truth = python.run(LABEL_MAP, &[source.as_path(), file.path()]);
    let truth: Vec<(u32, u8, usize)> = serde_json::from_value(truth).expect("counts");
    let bytes = std::fs::read(file.path()).expect("written");
    let labels = read_labels_bytes(&bytes, &context(128, 1), &Wanted::All, &Budget::default())
        .expect("labels");
    assert_eq!(counts(&labels), truth);
    let names: Vec<&str> = labels
        .classes
        .iter()
        .map(|class| class.name.as_str())
        .collect();
    assert_eq!(names, ["part 1", "part 2", "part 4"]);
    let mask = labels.bscans[0].mask.as_ref().expect("a mask");
    assert_eq!((mask.get(0, 0), mask.get(127, 127)), (Some(1), Some(3)));
}

#[test]
fn a_segmentation_of_another_volume_is_refused() {
    let Some(folder) = shared_data("a_segmentation_of_another_volume_is_refused") else {
        return;
    };
    let read = |name: &str, context: &LabelContext| {
        let bytes = std::fs::read(folder.join(name)).expect("a file");
        let labels = read_labels_bytes(&bytes, context, &Wanted::All, &Budget::default());
        labels.expect_err("another volume").to_string()
    };
    let seg = "dicom_seg/seg_image_ct_binary.dcm";
    let cases = [
        (
            seg,
            context(128, 4),
            "The DICOM SEG file is damaged at Rows and Columns: it is 16×16 px, but the B-scans of this volume are 128×128 px; ",
        ),
        (
            seg,
            context(16, 2),
            "The DICOM SEG file has 3 frames with places of their own that do not say which of the 2 B-scans they are of, which Fovea does not read; bring it in together with the DICOM files of its scan (fovea import --labels LABELS SCAN), or export it with references to the frames of the scan.",
        ),
        // Ordinals within the file are no numbers of B-scans.
        (
            seg,
            context(16, 4),
            "The DICOM SEG file has 3 frames with places of their own that do not say which of the 4 B-scans they are of, ",
        ),
        (
            seg,
            LabelContext {
                sources: series(false, true).sources[..2].to_vec(),
                ..context(16, 2)
            },
            "The DICOM SEG file has frame 2 in the plane of no B-scan of the scan (the nearest begins 1.250 mm away), which Fovea does not read; choose the scan that it was made for, ",
        ),
        (
            "dicom_seg/ct_image.dcm",
            context(128, 1),
            "The DICOM file has another SOP class than those of segmentations and height maps, which Fovea does not read; choose the file of the labels, not that of the scan.",
        ),
    ];
    for (name, context, expected) in cases {
        let error = read(name, &context);
        assert!(error.starts_with(expected), "{error}");
    }
}
