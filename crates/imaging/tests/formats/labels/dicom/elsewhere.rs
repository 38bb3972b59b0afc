//! Segmentations that others wrote. Expected figures are those of pydicom and highdicom.

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, ForeignLabels, LabelContext, read_labels_bytes};
use fovea_test_data::{Python, shared_data};

use super::counts;

fn context(side: u32, bscan_count: u32) -> LabelContext {
    LabelContext {
        size: SizePx::new(side, side),
        bscan_count,
        image_names: Vec::new(),
    }
}

/// Name, side in px, B-scans of the volume, names of the classes, and the start of each warning.
type Case = (
    &'static str,
    u32,
    u32,
    &'static [&'static str],
    &'static [&'static str],
);

const BY_INDEX: &str = "The frames do not name their B-scans and were put to them by the order of their dimension index";
const FRACTIONS: &str =
    "The segmentation holds fractions; pixels of at least half of 255 count as inside.";

const CASES: [Case; 5] = [
    ("binary", 16, 4, &["first segment"], &[BY_INDEX]),
    (
        "binary_fractional",
        16,
        4,
        &["first segment"],
        &[BY_INDEX, FRACTIONS],
    ),
    (
        "true_fractional",
        16,
        4,
        &["first segment"],
        &[BY_INDEX, FRACTIONS],
    ),
    (
        "binary_overlap",
        16,
        4,
        &["first segment", "second segment"],
        &[BY_INDEX],
    ),
    ("binary_single_frame", 128, 1, &["first segment"], &[]),
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
    let labels = read_labels_bytes(&bytes, context, &Budget::default())
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    Some((path.display().to_string(), labels))
}

#[test]
fn segmentations_of_others_count_as_in_pydicom() {
    let Some(python) = Python::find("segmentations_of_others_count_as_in_pydicom") else {
        return;
    };
    for (name, side, bscan_count, names, warnings) in CASES {
        let Some((path, labels)) = read(name, &context(side, bscan_count)) else {
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
    let labels = read_labels_bytes(&bytes, &context(128, 1), &Budget::default()).expect("labels");
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
        let labels = read_labels_bytes(&bytes, context, &Budget::default());
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
            "The DICOM SEG file is damaged at Dimension Index Values (0020,9157) of frame 2: it is 3, but this volume has 2 B-scans; ",
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
