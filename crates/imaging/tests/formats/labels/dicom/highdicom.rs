//! Segmentations that highdicom writes without numbers of frames, for scans on disk.

use fovea_imaging::{
    Budget, ForeignLabels, LabelContext, Wanted, encode_dicom_opt, read_labels_path, read_path,
};
use fovea_test_data::{Python, shared_data};
use std::path::Path;

use super::{export, phantom};

/// Helpers of both scripts: a segmentation of one segment.
const MAKE: &str = r#"
import sys, json, copy, numpy as np, pydicom, highdicom as hd
from pydicom.sr.codedict import codes
from pydicom.uid import generate_uid
def write(path, sources, mask, has_references, **k):
    part = hd.seg.SegmentDescription(1, "SRF", codes.SCT.Tissue, codes.SCT.Tissue, "MANUAL")
    seg = hd.seg.Segmentation(sources, mask, "BINARY", [part], generate_uid(), 1, generate_uid(), 1,
        "maker", "model", "1", "none", **k)
    if not has_references:
        for group in seg.PerFrameFunctionalGroupsSequence: del group.DerivationImageSequence
    seg.save_as(path)
"#;

/// A tomogram, of which B-scans 1 and 3 have a mark in the row of their number.
const TOMOGRAM: &str = r#"
volume = pydicom.dcmread(sys.argv[1])
places = [hd.PlanePositionSequence("PATIENT", volume.PerFrameFunctionalGroupsSequence[i].PlanePositionSequence[0].ImagePositionPatient) for i in (1, 3)]
mask = np.zeros((2, volume.Rows, volume.Columns), np.uint8)
mask[0, 1, :], mask[1, 3, :] = 1, 1
write(sys.argv[2], [volume], mask, False, plane_positions=places)
print(0)
"#;

/// Five slices named against their Instance Numbers, whose positions run up or down; slices 1 and 3, counted as the
/// names are, have a mark in the row of their number.
const SERIES: &str = r#"
base = pydicom.dcmread(sys.argv[1])
series, slices, step = generate_uid(), [], float(sys.argv[4])
for i in range(5):
    data = copy.deepcopy(base)
    data.Rows, data.Columns, data.PixelSpacing = 24, 32, [0.5, 0.5]
    data.PixelData = np.full((24, 32), 100 * i, np.int16).tobytes()
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit, data.PixelRepresentation = 15, 1
    data.SeriesInstanceUID, data.SOPInstanceUID = series, generate_uid()
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data.ImagePositionPatient, data.InstanceNumber = [0, 0, step * i], 5 - i
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.save_as(f"{sys.argv[2]}/slice{i}.dcm", enforce_file_format=True)
    slices.append(data)
mask = np.zeros((5, 24, 32), np.uint8)
mask[1, 1, :], mask[3, 3, :] = 1, 1
write(sys.argv[3], slices, mask, sys.argv[5] == "True")
print(0)
"#;

/// B-scan and first marked row of each B-scan that has a mark.
fn marks(labels: &ForeignLabels) -> Vec<(u32, usize)> {
    let mark = |bscan: &fovea_imaging::ForeignBscan| {
        let mask = bscan.mask.as_ref()?;
        let at = mask.classes().iter().position(|class| *class != 0)?;
        Some((bscan.bscan_index, at / mask.size().width as usize))
    };
    labels.bscans.iter().filter_map(mark).collect()
}

/// The marks with the files of the scan, and the refusal without them.
fn read(scan: &Path, seg: &Path) -> (ForeignLabels, String) {
    let budget = Budget::default();
    let volume = read_path(scan, &budget).expect("a scan");
    let context = LabelContext::of_scan(scan, &volume, &budget).expect("the same scan");
    let labels = read_labels_path(seg, &context, &Wanted::All, &budget);
    let labels = labels.unwrap_or_else(|error| panic!("{error}"));
    let without = read_labels_path(seg, &LabelContext::of(&volume), &Wanted::All, &budget);
    (labels, without.expect_err("places alone").to_string())
}

fn is_advised(error: &str) {
    let advice =
        "bring it in together with the DICOM files of its scan (fovea import --labels LABELS SCAN)";
    assert!(error.contains(advice), "{error}");
}

#[test]
fn frames_of_a_tomogram_lie_in_their_planes() {
    let Some(python) = Python::find("frames_of_a_tomogram_lie_in_their_planes") else {
        return;
    };
    let folder = tempfile::tempdir().expect("temporary folder");
    let (scan, seg) = (
        folder.path().join("scan.dcm"),
        folder.path().join("seg.dcm"),
    );
    let bytes = encode_dicom_opt(&phantom().volume.volume, &export()).expect("writes");
    std::fs::write(&scan, bytes).expect("writes");
    python.run(&format!("{MAKE}{TOMOGRAM}"), &[&scan, &seg]);
    let (labels, refusal) = read(&scan, &seg);
    assert_eq!(marks(&labels), [(1, 1), (3, 3)]);
    assert_eq!(labels.warnings, [""; 0]);
    is_advised(&refusal);
}

#[test]
fn frames_of_a_series_belong_to_their_slices() {
    let test = "frames_of_a_series_belong_to_their_slices";
    let (Some(python), Some(data)) = (Python::find(test), shared_data(test)) else {
        return;
    };
    for (step, has_references) in [("3", true), ("-3", true), ("3", false), ("-3", false)] {
        let folder = tempfile::tempdir().expect("temporary folder");
        let (scan, seg) = (folder.path().join("scan"), folder.path().join("seg.dcm"));
        std::fs::create_dir(&scan).expect("makes");
        let source = data.join("dicom_seg/ct_image.dcm");
        let has_references = if has_references { "True" } else { "False" };
        python.run(
            &format!("{MAKE}{SERIES}"),
            &[
                source.as_os_str(),
                scan.as_os_str(),
                seg.as_os_str(),
                step.as_ref(),
                has_references.as_ref(),
            ],
        );
        let (labels, refusal) = read(&scan, &seg);
        // The last name has the first number.
        assert_eq!(marks(&labels), [(1, 3), (3, 1)], "{step} {has_references}");
        assert_eq!(labels.warnings, [""; 0]);
        is_advised(&refusal);
    }
}
