//! Where the frames of a tomogram lie, how large they are and of which eye: against highdicom, and where statements
//! contradict each other.

use std::path::PathBuf;

use fovea_imaging::{Budget, Laterality, ScanPattern, Volume, read_path, read_path_deep};
use fovea_test_data::Python;
use serde_json::Value;

/// Makes one tomogram of five frames for each case below the folder that is the argument. Frame `k` is of value `k`.
/// Prints for each by name: its path, and the distance of its frames in mm as highdicom has it, if that sees a volume.
const CASES: &str = r#"
import json, os, sys
import numpy as np, highdicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom import uid

folder, rows, columns = sys.argv[1], 6, 8
CLASS = "1.2.840.10008.5.1.4.1.1.77.1.5.4"
STEP = [-0.12 * k for k in range(5)]
UPRIGHT = [1, 0, 0, 0, 1, 0]
made = {}

def image(frames, dtype=np.uint8):
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = CLASS
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = uid.generate_uid()
    data.StudyInstanceUID, data.SeriesInstanceUID = "1.2.3", "1.2.3.4"
    data.FrameOfReferenceUID = "1.2.3.5"
    data.PatientName, data.PatientID, data.Modality = "CANARY^PATIENT", "CANARY-ID", "OPT"
    data.Rows, data.Columns, data.PixelRepresentation, data.SamplesPerPixel = rows, columns, 0, 1
    bits = np.dtype(dtype).itemsize * 8
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, bits, bits - 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.PixelData = np.repeat(np.array(frames, dtype), rows * columns).tobytes()
    data["PixelData"].VR = "OW" if bits == 16 else "OB"
    return data

def item(**more):
    made = Dataset()
    for keyword, value in more.items():
        setattr(made, keyword, value)
    return made

def measures(spacing=(0.004, 0.012), thickness=None, between=None):
    made = item(PixelSpacing=list(spacing))
    if thickness: made.SliceThickness = thickness
    if between: made.SpacingBetweenSlices = between
    return [made]

def put(name, places=STEP, orientation=UPRIGHT, lateralities=("R",) * 5, dtype=np.uint8, values=range(5), edit=None, **sizes):
    data = image(list(values), dtype)
    data.NumberOfFrames, data.ImageLaterality = 5, "R"
    shared = Dataset()
    shared.PixelMeasuresSequence = measures(**sizes)
    if orientation: shared.PlaneOrientationSequence = [item(ImageOrientationPatient=orientation)]
    data.SharedFunctionalGroupsSequence = [shared]
    data.PerFrameFunctionalGroupsSequence = groups = []
    for k in range(5):
        group = Dataset()
        group.FrameContentSequence = [item(StackID="1", InStackPositionNumber=k + 1)]
        group.FrameAnatomySequence = [item(FrameLaterality=lateralities[k])]
        if places: group.PlanePositionSequence = [item(ImagePositionPatient=[0, 0, places[k]])]
        groups.append(group)
    data.PerFrameFunctionalGroupsSequence = groups
    if edit: edit(data, groups)
    path = f"{folder}/{name}.dcm"
    data.save_as(path, enforce_file_format=True)
    try: spacing = float(highdicom.imread(path).get_volume().spacing[0])
    except Exception: spacing = None
    made[name] = {"path": path, "spacing_mm": spacing}

def radial(data, groups):
    del data.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    for k, group in enumerate(groups):
        x, z = round(float(np.cos(np.pi * k / 5)), 6), round(float(np.sin(np.pi * k / 5)), 6)
        group.PlaneOrientationSequence = [item(ImageOrientationPatient=[x, 0, z, 0, 1, 0])]
        group.PlanePositionSequence[0].ImagePositionPatient = [-x, 0, -z]

def mirrored(data, groups):
    del data.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence
    for k, group in enumerate(groups):
        group.PlaneOrientationSequence = [item(ImageOrientationPatient=[(-1) ** k, 0, 0, 0, 1, 0])]

def counted(order):
    def edit(data, groups):
        for group, number in zip(groups, order):
            group.FrameContentSequence[0].InStackPositionNumber = number
    return edit

def two_sizes(data, groups):
    del data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence
    for k, group in enumerate(groups):
        group.PixelMeasuresSequence = measures((0.004, 0.012 + 0.001 * (k == 3)))

def one_size_missing(data, groups):
    two_sizes(data, groups)
    for group in groups: group.PixelMeasuresSequence = measures()
    del groups[2].PixelMeasuresSequence

def side(image, series=None):
    def edit(data, groups):
        data.ImageLaterality = image
        if series: data.Laterality = series
    return edit

def windows(data, groups):
    for k, group in enumerate(groups):
        group.FrameVOILUTSequence = [item(WindowCenter=1000 * (k + 1), WindowWidth=1001)]

put("plain")
put("thin", thickness=0.005)
put("thick", places=None, thickness=0.12)
put("apart", places=None, between=0.12, thickness=0.005)
put("otherwise", between=0.24)
put("nowhere", places=None)
put("shuffled", places=[0, -0.24, -0.12, -0.36, -0.48])
order = [3, 1, 5, 2, 4]
put("out of order", places=[-0.12 * (k - 1) for k in order], edit=counted(order))
put("counted out of order", places=None, between=0.12, edit=counted(order))
put("uneven", places=[0, -0.12, -0.36, -0.48, -0.6])
put("radial", edit=radial)
put("mirrored", edit=mirrored)
put("two sizes", edit=two_sizes)
put("one size missing", edit=one_size_missing)
put("upside down", orientation=[1, 0, 0, 0, -1, 0])
put("on its side", places=STEP, orientation=[0, 1, 0, 1, 0, 0])
put("tilted", orientation=[1, 0, 0, 0, 0.8, 0.6])
put("left frames", lateralities="LLLLL")
put("one left frame", lateralities="RRRLR")
put("left series", edit=side("R", "L"))
put("both in the series", edit=side("R", "B"))
put("both", lateralities="BBBBB", edit=side("B"))
put("left", lateralities="LLLLL", edit=side("L", "L"))
put("windows", dtype=np.uint16, values=[1000 * (k + 1) for k in range(5)], edit=windows)

def series(name, edit=lambda k, data: None):
    os.mkdir(f"{folder}/{name}")
    for k in range(5):
        data = image([k])
        data.ImagePositionPatient, data.ImageOrientationPatient = [0, 0, STEP[k]], UPRIGHT
        data.PixelSpacing, data.InstanceNumber, data.ImageLaterality = [0.004, 0.012], k + 1, "R"
        edit(k, data)
        data.save_as(f"{folder}/{name}/{9 - k}.dcm", enforce_file_format=True)
    made[name] = {"path": f"{folder}/{name}", "spacing_mm": 0.12}

def another_size(k, data): data.PixelSpacing = [0.004, 0.012 + 0.001 * (k == 4)]
def another_side(k, data): data.ImageLaterality = "RL"[k == 4]
def without_direction(k, data): del data.ImageOrientationPatient
def one_number(k, data): data.InstanceNumber = 7
series("series")
series("series of two sizes", another_size)
series("series of two sides", another_side)
series("series without directions", without_direction)
series("series of one number", one_number)
print(json.dumps(made))
"#;

const ORDER: &str = "not in the order of their places";
const CONTRADICTION: &str = "contradicts itself";

/// What must be known of a case: the distance of its frames in µm, the eye, and words of all warnings in turn.
struct Case(
    &'static str,
    Option<f64>,
    Laterality,
    &'static [&'static str],
);

#[rustfmt::skip]
fn cases() -> Vec<Case> {
    use Laterality::{Left, Right, Unknown};
    let known = Some(120.0);
    vec![
        Case("plain", known, Right, &[]),
        Case("thin", known, Right, &[]),
        Case("thick", known, Right, &["thickness is taken"]),
        Case("apart", known, Right, &[]),
        Case("otherwise", known, Right, &["is not that of their places"]),
        Case("nowhere", None, Right, &["does not say where its frames lie, so that their distance is not known and no size is taken; a pixel has 12 µm × 4 µm"]),
        Case("shuffled", known, Right, &[ORDER]),
        Case("out of order", known, Right, &[ORDER]),
        Case("counted out of order", known, Right, &[ORDER]),
        Case("uneven", None, Right, &["do not lie at even distances"]),
        Case("radial", None, Right, &["are not parallel"]),
        Case("mirrored", known, Right, &["do not all run the same way"]),
        Case("two sizes", None, Right, &["different pixel sizes"]),
        Case("one size missing", None, Right, &["different pixel sizes"]),
        Case("upside down", known, Right, &["row 0 is the far side"]),
        Case("on its side", known, Right, &["lateral and axial are exchanged"]),
        Case("tilted", Some(96.0), Right, &["are tilted"]),
        Case("left frames", known, Unknown, &[CONTRADICTION]),
        Case("one left frame", known, Unknown, &[CONTRADICTION]),
        Case("left series", known, Unknown, &[CONTRADICTION]),
        Case("both in the series", known, Unknown, &[CONTRADICTION]),
        Case("both", known, Unknown, &["does not say which eye"]),
        Case("left", known, Left, &[]),
        Case("windows", known, Right, &["a window of each frame"]),
        Case("series", known, Right, &[]),
        Case("series of two sizes", None, Right, &["different pixel sizes"]),
        Case("series of two sides", known, Unknown, &[CONTRADICTION]),
        Case("series without directions", known, Right, &[]),
        Case("series of one number", known, Right, &["number of their own"]),
    ]
}

fn made(python: &Python, folder: &tempfile::TempDir) -> Value {
    python.run(CASES, &[folder.path()])
}

fn read(made: &Value, name: &str) -> Volume {
    let path = PathBuf::from(made[name]["path"].as_str().expect(name));
    read_path(&path, &Budget::default()).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn distance_side_and_order_are_what_all_frames_say() {
    let Some(python) = Python::find("distance_side_and_order_are_what_all_frames_say") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let made = made(&python, &folder);
    assert_eq!(
        made.as_object().map(serde_json::Map::len),
        Some(cases().len())
    );
    for Case(name, distance_um, laterality, words) in cases() {
        let volume = read(&made, name);
        let said = &volume.warnings;
        assert_eq!(said.len(), words.len(), "{name}: {said:?}");
        for (sentence, words) in said.iter().zip(words) {
            assert!(sentence.contains(words), "{name}: {sentence}");
            assert!(
                sentence.ends_with('.') && !sentence.contains("CANARY"),
                "{sentence}"
            );
        }
        assert_eq!(volume.laterality, laterality, "{name}");
        let found = volume.spacing_um.map(|um| [um.x, um.y, um.z]);
        let expected = distance_um.map(|z| [12.0, 4.0, z]);
        match (found, expected) {
            (Some(found), Some(expected)) => {
                let differs = found
                    .iter()
                    .zip(&expected)
                    .any(|(a, b)| (a - b).abs() > 1e-6);
                assert!(!differs, "{name}: {found:?}");
            }
            _ => assert_eq!(found, expected, "{name}"),
        }
        // Where highdicom sees a volume, its distance is ours.
        if let (Some(theirs), Some([.., ours])) = (made[name]["spacing_mm"].as_f64(), found) {
            assert!((theirs * 1e3 - ours).abs() < 1e-6, "{name}: {theirs} mm");
        }
    }
}

/// Labels refer to frames by their number in the file.
#[test]
fn frames_keep_the_order_of_the_file() {
    let Some(python) = Python::find("frames_keep_the_order_of_the_file") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let made = made(&python, &folder);
    for (name, y_mm) in [
        ("plain", [0.0, 0.12, 0.24, 0.36, 0.48]),
        ("out of order", [0.24, 0.0, 0.48, 0.12, 0.36]),
        ("series", [0.0, 0.12, 0.24, 0.36, 0.48]),
    ] {
        let volume = read(&made, name);
        assert_eq!(volume.pattern, ScanPattern::Raster, "{name}");
        for (index, (bscan, y_mm)) in volume.bscans.iter().zip(y_mm).enumerate() {
            assert_eq!(usize::from(bscan.pixels[0]), index, "{name}");
            let line = bscan.position.expect(name);
            assert!((line.start_mm[1] - y_mm).abs() < 1e-9, "{name}: {line:?}");
            assert!((line.end_mm[0] - 0.096).abs() < 1e-9, "{name}: {line:?}");
        }
    }
    // Without a distance the lines are there all the same.
    let radial = read(&made, "radial");
    assert!(radial.bscans.iter().all(|bscan| bscan.position.is_some()));
    // Depth is no line on the fundus.
    let on_its_side = read(&made, "on its side");
    assert!(
        on_its_side
            .bscans
            .iter()
            .all(|bscan| bscan.position.is_none())
    );
}

#[test]
fn each_frame_is_shown_through_its_own_window() {
    let Some(python) = Python::find("each_frame_is_shown_through_its_own_window") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let made = made(&python, &folder);
    let path = PathBuf::from(made["windows"]["path"].as_str().expect("a path"));
    let volume = read_path_deep(&path, &Budget::default()).expect("reads");
    for (index, bscan) in volume.bscans.iter().enumerate() {
        // In the middle of its window: half way up, as the standard rounds it.
        assert_eq!(bscan.pixels[0], 128, "frame {index}");
    }
}
