//! DICOM in, DICOM out: independent readers open what comes out, and find the pixels and nobody.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;
use fovea_imaging::{Budget, open_dicom};
use fovea_intake::{Intake, Policy, SiteKey};
use fovea_test_data::{Python, program, shared_data};

use crate::leak;

/// Lets every DICOM file through, so that also those are cleaned which the default policy rejects.
pub(crate) const OPEN: &str = r#"
id = "test.open"
version = 1
[require]
consent = []
device_id = false
[dates]
mode = "shift"
days_max = 3650
times = "keep"
[[rule]]
name = "all"
when.format = ["dicom"]
then = "deid"
reason = "Test."
"#;

/// For each pair: the original, then what came out. Prints the names of those that are not as they must be.
const COMPARE: &str = r#"
import json, sys
import numpy, pydicom
wrong = []
for before, after in zip(sys.argv[1::2], sys.argv[2::2]):
    a, b = pydicom.dcmread(before, force=True), pydicom.dcmread(after)
    faults = []
    if b.PatientIdentityRemoved != 'YES': faults.append('not marked')
    if b.LongitudinalTemporalInformationModified != 'MODIFIED': faults.append('dates')
    if [c.CodeValue for c in b.DeidentificationMethodCodeSequence] != ['113100', '113107']: faults.append('codes')
    if a.file_meta.TransferSyntaxUID != b.file_meta.TransferSyntaxUID: faults.append('syntax')
    if b.file_meta.MediaStorageSOPInstanceUID != b.SOPInstanceUID: faults.append('meta group')
    if 'PixelData' in a:
        try:
            if not numpy.array_equal(a.pixel_array, b.pixel_array): faults.append('pixels')
        except Exception as error: faults.append(str(error)[:300] + a.file_meta.TransferSyntaxUID)
    if any(e.tag.is_private for e in b.iterall()): faults.append('private')
    for e in a.iterall():
        if e.VR in ('PN', 'LO', 'SH') and e.keyword.startswith(('Patient', 'Study', 'Institution')):
            text = str(e.value)
            if len(text) > 3 and any(text in str(o.value) for o in b.iterall() if o.VR != 'SQ'): faults.append(e.keyword)
    if a.SOPInstanceUID in str(b): faults.append('uid')
    if faults: wrong.append([before.split('/')[-1], faults])
print(json.dumps(wrong))
"#;

pub(crate) fn open_intake() -> Intake {
    let policy = Policy::parse(OPEN).expect("a policy");
    Intake::new(policy, SiteKey::new([3; 32]))
}

fn real_files(test: &str) -> Option<Vec<PathBuf>> {
    let data = shared_data(test)?;
    let files =
        ["dicom", "dicom_seg"].map(|folder| fs::read_dir(data.join(folder)).expect("a folder"));
    let mut files: Vec<PathBuf> = files
        .into_iter()
        .flatten()
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "dcm"))
        .collect();
    files.sort();
    Some(files)
}

/// Cleans each file into `folder`, and returns the pairs of paths.
fn cleaned(files: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    let intake = open_intake();
    let mut pairs = Vec::new();
    for (index, path) in files.iter().enumerate() {
        let bytes = fs::read(path).expect("reads");
        let (clean, _) = intake
            .deidentify_bytes(&bytes)
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()));
        let target = folder.join(format!("{index}.dcm"));
        fs::write(&target, clean).expect("writes");
        pairs.extend([path.clone(), target]);
    }
    pairs
}

#[test]
fn independent_readers_open_what_comes_out() {
    let test = "independent_readers_open_what_comes_out";
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = real_files(test).unwrap_or_default();
    for (index, bytes) in leak::sample(40).into_iter().enumerate() {
        let path = folder.path().join(format!("leak{index}.dcm"));
        fs::write(&path, bytes).expect("writes");
        files.push(path);
    }
    let pairs = cleaned(&files, folder.path());
    if let Some(python) = Python::find(test) {
        let wrong = python.run(COMPARE, &pairs);
        assert_eq!(wrong, serde_json::json!([]));
    }
    if let Some(dcmdump) = program(test, "dcmdump") {
        let outputs = pairs.iter().skip(1).step_by(2);
        let dump = Command::new(dcmdump)
            .arg("+E")
            .args(outputs)
            .output()
            .expect("starts");
        let said = String::from_utf8_lossy(&dump.stderr);
        assert!(dump.status.success() && !said.contains("E:"), "{said}");
    }
}

#[test]
fn cleaning_twice_changes_nothing_more() {
    let intake = open_intake();
    let mut files = leak::sample(32);
    for path in real_files("cleaning_twice_changes_nothing_more").unwrap_or_default() {
        files.push(fs::read(path).expect("reads"));
    }
    for (index, bytes) in files.iter().enumerate() {
        let (once, _) = intake.deidentify_bytes(bytes).expect("cleans");
        let (twice, report) = intake.deidentify_bytes(&once).expect("cleans again");
        assert!(once == twice, "file {index}: {report}");
        assert_eq!(
            (report.uids_replaced, report.dates_shifted),
            (0, 0),
            "file {index}"
        );
    }
}

fn text(object: &InMemDicomObject, tag: dicom_core::Tag) -> String {
    object
        .get(tag)
        .expect("is there")
        .to_str()
        .expect("text")
        .into_owned()
}

#[test]
fn files_of_a_patient_stay_together() {
    let Some(data) = shared_data("files_of_a_patient_stay_together") else {
        return;
    };
    let intake = open_intake();
    let clean = |name: &str| {
        let bytes = fs::read(data.join("dicom").join(name)).expect("reads");
        let (clean, _) = intake.deidentify_bytes(&bytes).expect("cleans");
        open_dicom(&clean, &Budget::default()).expect("opens")
    };
    // Three encodings of one image.
    let images = ["MR_small.dcm", "MR_small_RLE.dcm", "MR_small_bigendian.dcm"].map(clean);
    for tag in [
        tags::STUDY_INSTANCE_UID,
        tags::SERIES_INSTANCE_UID,
        tags::PATIENT_ID,
        tags::STUDY_DATE,
    ] {
        let values = images.each_ref().map(|image| text(image, tag));
        assert!(values.iter().all(|value| *value == values[0]), "{values:?}");
        assert!(!values[0].is_empty());
    }
    let other = clean("CT_small.dcm");
    assert_ne!(
        text(&other, tags::PATIENT_ID),
        text(&images[0], tags::PATIENT_ID)
    );
}

/// The fuzzers' corpus, with what the fuzz target asserts.
#[test]
fn the_fuzzers_corpus_stays_clean() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/deidentify");
    let intake = open_intake();
    let mut cleaned = 0;
    for file in fs::read_dir(corpus).expect("the corpus is part of the checkout") {
        let bytes = fs::read(file.expect("an entry").path()).expect("a file");
        if let Ok((once, _)) = intake.deidentify_bytes(&bytes) {
            let (twice, _) = intake.deidentify_bytes(&once).expect("cleans again");
            assert_eq!(once, twice);
            cleaned += 1;
        }
    }
    assert!(cleaned >= 3, "only {cleaned} files were cleaned");
}
