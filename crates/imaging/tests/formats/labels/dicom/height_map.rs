//! Height maps that are written, as we and pydicom read them and as the tables of the standard want them.

use fovea_geometry::SizePx;
use fovea_imaging::{
    Bscan, LabelFormat, Laterality, LayerLine, LayerLines, SegmentAlgorithm, SourceFormat, Volume,
    encode_dicom_height_map,
};
use fovea_test_data::Python;

use super::super::read;
use super::{export, phantom};

fn line(name: &str, y_px: &[f32]) -> LayerLine {
    LayerLine {
        name: name.to_owned(),
        y_px: y_px.to_vec(),
    }
}

fn automatic() -> SegmentAlgorithm {
    SegmentAlgorithm::Automatic {
        name: "layers".to_owned(),
        version: "1".to_owned(),
    }
}

/// Three B-scans of 4×9 px; the second has no line, the third one that the first does not have.
fn small() -> (Volume, Vec<LayerLines>) {
    let bscan = || Bscan::new(SizePx::new(4, 9), vec![0; 36]);
    let mut volume = Volume::of_bscans((0..3).map(|_| bscan()).collect(), SourceFormat::Phantom);
    volume.laterality = Laterality::Right;
    let nan = f32::NAN;
    let lines = vec![
        LayerLines {
            lines: vec![
                line("ILM", &[0.0, 1.234_567_9, nan, 9.0]),
                line("odd one", &[nan, nan, 3.0, 4.0]),
            ],
        },
        LayerLines::default(),
        LayerLines {
            lines: vec![
                line("ILM", &[0.1, 0.2, 0.3, 0.4]),
                line("Bruch's membrane", &[8.0, -0.5, 9.5, f32::INFINITY]),
            ],
        },
    ];
    (volume, lines)
}

#[test]
fn lines_come_back_to_the_bit() {
    let phantom = phantom();
    let (volume, lines) = (&phantom.volume.volume, &phantom.volume.layer_lines);
    let bytes = encode_dicom_height_map(volume, lines, &export(), &automatic()).expect("writes");
    let labels = read(&bytes, &phantom.context());
    assert_eq!(labels.format, LabelFormat::DicomHeightMap);
    assert_eq!((labels.warnings.len(), labels.bscans.len()), (0, 5));
    for (bscan, truth) in labels.bscans.iter().zip(lines) {
        assert_eq!(bscan.lines.lines.len(), truth.lines.len());
        for (found, truth) in bscan.lines.lines.iter().zip(&truth.lines) {
            let bits = |y: &f32| if y.is_nan() { 0 } else { y.to_bits() };
            let in_picture = truth.y_px.iter().map(|y| match (0.0..=41.0).contains(y) {
                true => *y,
                false => f32::NAN,
            });
            let truth_bits: Vec<u32> = in_picture.map(|y| bits(&y)).collect();
            let found_bits: Vec<u32> = found.y_px.iter().map(bits).collect();
            assert_eq!(
                found_bits, truth_bits,
                "{} of {}",
                truth.name, bscan.bscan_index
            );
        }
    }
}

#[test]
fn names_and_gaps_are_kept() {
    let (volume, lines) = small();
    let manual = SegmentAlgorithm::Manual;
    let bytes = encode_dicom_height_map(&volume, &lines, &export(), &manual).expect("writes");
    let labels = read(&bytes, &fovea_imaging::LabelContext::of(&volume));
    let found: Vec<(u32, String)> = labels
        .bscans
        .iter()
        .map(|bscan| {
            let lines = bscan.lines.lines.iter();
            let texts: Vec<String> = lines.map(|l| format!("{} {:?}", l.name, l.y_px)).collect();
            (bscan.bscan_index, texts.join("; "))
        })
        .collect();
    let expected = [
        (
            0,
            "ILM [0.0, 1.2345679, NaN, 9.0]; odd one [NaN, NaN, 3.0, 4.0]; BM [NaN, NaN, NaN, NaN]",
        ),
        (
            2,
            "ILM [0.1, 0.2, 0.3, 0.4]; odd one [NaN, NaN, NaN, NaN]; BM [8.0, NaN, NaN, NaN]",
        ),
    ];
    let expected: Vec<(u32, String)> = expected.map(|(z, text)| (z, text.to_owned())).into();
    assert_eq!(found, expected);
}

#[test]
fn lines_that_do_not_fit_are_refused() {
    let (volume, lines) = small();
    let narrow = vec![
        LayerLines {
            lines: vec![line("ILM", &[1.0])],
        };
        3
    ];
    let cases = [
        (
            lines[..2].to_vec(),
            "lines for more or fewer B-scans than there are",
        ),
        (narrow, "lines that do not have one height per A-scan"),
        (
            vec![LayerLines::default(); 3],
            "a volume without any layer line",
        ),
    ];
    for (lines, expected) in cases {
        let error = encode_dicom_height_map(&volume, &lines, &export(), &SegmentAlgorithm::Manual);
        let error = error.expect_err("refused").to_string();
        assert_eq!(
            error,
            format!("DICOM Height Map cannot hold {expected}; nothing was written.")
        );
    }
}

/// Attributes that PS3.3 tables C.7-1, C.7-3, C.7-5a, C.7-6, C.7-8b, C.7.6.16-1, C.7.6.17-1, C.7.6.24-1, C.8.20-1, C.8.20-4,
/// C.8.20-5, C.12-1 and 10-12 require, as `keyword type`; below `>` in the item of a segment.
const REQUIRED: &str = "PatientName 2,PatientID 2,PatientBirthDate 2,PatientSex 2,StudyInstanceUID 1,StudyDate 2,\
StudyTime 2,ReferringPhysicianName 2,StudyID 2,AccessionNumber 2,Modality 1,SeriesInstanceUID 1,SeriesNumber 1,\
FrameOfReferenceUID 1,PositionReferenceIndicator 2,Manufacturer 1,ManufacturerModelName 1,DeviceSerialNumber 1,\
SoftwareVersions 1,SharedFunctionalGroupsSequence 1,PerFrameFunctionalGroupsSequence 1,InstanceNumber 1,ContentDate 1,\
ContentTime 1,NumberOfFrames 1,DimensionOrganizationSequence 1,DimensionIndexSequence 1,SamplesPerPixel 1,\
PhotometricInterpretation 1,Rows 1,Columns 1,BitsAllocated 1,FloatPixelData 1,ImageType 1,ContentLabel 1,\
ContentDescription 2,ContentCreatorName 2,SegmentationType 1,SegmentSequence 1,SOPClassUID 1,SOPInstanceUID 1,\
ReferencedSeriesSequence 1,>SegmentNumber 1,>SegmentLabel 1,>SegmentedPropertyCategoryCodeSequence 1,\
>SegmentedPropertyTypeCodeSequence 1,>SegmentAlgorithmType 1,>SegmentAlgorithmName 1,\
>SegmentationAlgorithmIdentificationSequence 1";

/// What pydicom finds missing, misspelt or empty, and the values.
const CHECK: &str = r#"
import sys, json, pydicom, numpy as np
from pydicom.sr.codedict import codes
pydicom.config.settings.reading_validation_mode = pydicom.config.RAISE
ds = pydicom.dcmread(sys.argv[1])
faults = []
for row in sys.argv[2].split(","):
    key, kind = row.split()
    sets = list(ds.SegmentSequence) if key.startswith(">") else [ds]
    for s in sets:
        e = s.get(pydicom.tag.Tag(key.lstrip(">")))
        if e is None: faults.append("no " + key)
        elif kind == "1" and e.is_empty: faults.append("empty " + key)
for e in ds.iterall():
    if pydicom.datadict.dictionary_VR(e.tag) != e.VR and e.tag != 0x7fe00010: faults.append("VR of " + e.keyword)
    e.value
known = {(c.value, c.scheme_designator) for c in (getattr(codes.cid4273, n) for n in codes.cid4273.dir())}
types = [s.SegmentedPropertyTypeCodeSequence[0] for s in ds.SegmentSequence]
heights = ds.pixel_array
shared = ds.SharedFunctionalGroupsSequence[0]
print(json.dumps({
    "faults": faults, "class": ds.SOPClassUID, "shape": list(heights.shape), "type": ds.SegmentationType,
    "image": list(ds.ImageType), "pad": float(ds.FloatPixelPaddingValue), "laterality": ds.Laterality,
    "in_cid_4273": [(t.CodeValue, t.CodingSchemeDesignator) in known for t in types],
    "first": [None if v == ds.FloatPixelPaddingValue else float(v) for v in heights[0].ravel()[:8]],
    "slope": float(shared.RealWorldValueMappingSequence[0].RealWorldValueSlope) if "RealWorldValueMappingSequence" in shared else None,
    "source": shared.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPClassUID,
    "segments": [int(g.SegmentIdentificationSequence[0].ReferencedSegmentNumber) for g in ds.PerFrameFunctionalGroupsSequence],
}))
"#;

#[test]
fn pydicom_finds_every_required_attribute() {
    let Some(python) = Python::find("pydicom_finds_every_required_attribute") else {
        return;
    };
    let phantom = phantom();
    let (volume, lines) = (&phantom.volume.volume, &phantom.volume.layer_lines);
    let bytes = encode_dicom_height_map(volume, lines, &export(), &automatic()).expect("writes");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("writes");
    let found = python.run(CHECK, &[&file.path().display().to_string(), REQUIRED]);
    let surfaces = lines[0].lines.len();
    let numbers: Vec<usize> = (1..=surfaces).collect();
    let first: Vec<Option<f32>> = lines[0].lines[0].y_px[..8]
        .iter()
        .map(|y| (!y.is_nan()).then_some(*y))
        .collect();
    let spacing = volume.spacing_um.expect("a phantom's");
    for (key, expected) in [
        ("faults", serde_json::json!([])),
        ("class", "1.2.840.10008.5.1.4.1.1.66.8".into()),
        ("shape", serde_json::json!([surfaces, 5, 37])),
        ("type", "HEIGHTMAP".into()),
        ("image", serde_json::json!(["DERIVED", "PRIMARY"])),
        ("pad", (-1.0).into()),
        ("laterality", "L".into()),
        ("source", "1.2.840.10008.5.1.4.1.1.77.1.5.4".into()),
        ("segments", serde_json::json!(numbers)),
    ] {
        assert_eq!(found[key], expected, "{key}");
    }
    // JSON may cost the last bit of a double.
    let read: Vec<Option<f32>> = serde_json::from_value(found["first"].clone()).expect("heights");
    assert_eq!(read, first);
    let slope = found["slope"].as_f64().expect("a number");
    assert!((slope - spacing.y / 1e3).abs() < 1e-12, "{slope}");
    let coded = found["in_cid_4273"].as_array().expect("a list");
    let count = coded.iter().filter(|is_coded| **is_coded == true).count();
    assert!(count >= 8, "{coded:?}");
}
