//! `fovea deidentify` on files of devices: which files it writes, and what is in them.

use std::ffi::OsString;
use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, GrayImage, Volume, open_dicom, read_path};
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};

use crate::BAD_INPUT;
use crate::program::{Outcome, run_in};

/// Promised by `fovea --help`.
const USAGE: i32 = 2;
const ENVIRONMENT: i32 = 4;
const OPHTHALMIC_TOMOGRAPHY: &str = "1.2.840.10008.5.1.4.1.1.77.1.5.4";
const OPHTHALMIC_PHOTOGRAPHY_8_BIT: &str = "1.2.840.10008.5.1.4.1.1.77.1.5.1";

/// A volume of a Spectralis, with or without the picture of the fundus.
fn write_vol(path: &Path, has_fundus: bool) {
    let params = PhantomParams::normal()
        .with_size(SizePx::new(96, 80))
        .with_bscans(2);
    let mut volume = generate(5, &params).volume;
    let size = SizePx::new(48, 48);
    volume.slo = has_fundus.then(|| GrayImage {
        size,
        pixels: (0..size.len()).map(|at| (at % 200) as u8).collect(),
    });
    std::fs::write(path, heidelberg_vol(&volume)).expect("writable");
}

/// Runs on a volume; `rest` gives the arguments behind the command, from the output folder.
fn deidentify(
    has_fundus: bool,
    rest: impl FnOnce(&Path, &Path) -> Vec<OsString>,
) -> (tempfile::TempDir, Outcome) {
    run_in(|dir, out| {
        let scan = dir.join("scan.vol");
        write_vol(&scan, has_fundus);
        let mut arguments = vec!["deidentify".into()];
        arguments.extend(rest(&scan, out));
        arguments
    })
}

fn read(path: &Path) -> Volume {
    read_path(path, &Budget::default()).expect("reads")
}

/// Class and study of a DICOM file.
fn identity(path: &Path) -> [String; 2] {
    let bytes = std::fs::read(path).expect("is there");
    let object = open_dicom(&bytes, &Budget::default()).expect("DICOM");
    ["SOPClassUID", "StudyInstanceUID"].map(|name| {
        let element = object.element_by_name(name).expect("is there");
        let text = element.to_str().expect("text");
        text.trim_end_matches('\0').to_owned()
    })
}

#[test]
fn a_file_of_a_device_becomes_a_tomogram_and_a_photograph() {
    let (dir, outcome) = deidentify(true, |scan, out| vec![scan.into(), out.join("anon").into()]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    assert_eq!(outcome.left_behind, ["anon"]);
    let folder = dir.path().join("out/anon");
    let (scan, fundus) = (folder.join("scan.dcm"), folder.join("fundus.dcm"));
    let [scan_class, scan_study] = identity(&scan);
    let [fundus_class, fundus_study] = identity(&fundus);
    assert_eq!(scan_class, OPHTHALMIC_TOMOGRAPHY);
    assert_eq!(fundus_class, OPHTHALMIC_PHOTOGRAPHY_8_BIT);
    assert_eq!(scan_study, fundus_study);
    let before = read(&dir.path().join("scan.vol"));
    let pixels = |volume: &Volume| -> Vec<Vec<u8>> {
        let bscans = volume.bscans.iter();
        bscans.map(|bscan| bscan.pixels.clone()).collect()
    };
    assert_eq!(pixels(&read(&scan)), pixels(&before));
    let slo = before.slo.expect("was written").pixels;
    assert_eq!(pixels(&read(&fundus)), [slo]);
}

#[test]
fn the_photograph_goes_where_it_is_told() {
    type Rest = fn(&Path, &Path) -> Vec<OsString>;
    let both: Rest = |scan, out| {
        let fundus = out.join("b.dcm").into();
        vec![
            "--fundus".into(),
            fundus,
            scan.into(),
            out.join("a.dcm").into(),
        ]
    };
    let one: Rest = |scan, out| vec![scan.into(), out.join("a.dcm").into()];
    let folder: Rest = |scan, out| vec![scan.into(), out.join("a").into()];
    let twice: Rest = |scan, out| {
        let name: OsString = out.join("a.dcm").into();
        vec!["--fundus".into(), name.clone(), scan.into(), name]
    };
    // Whether there is a photograph, the arguments, the code, and what is there afterwards.
    let cases: [(&str, bool, Rest, i32, &[&str]); 6] = [
        ("two files", true, both, 0, &["a.dcm", "b.dcm"]),
        ("one file", true, one, 0, &["a.dcm"]),
        ("one file of one", false, one, 0, &["a.dcm"]),
        ("a folder of one", false, folder, 0, &["a"]),
        ("none to write", false, both, BAD_INPUT, &[]),
        ("one name for both", true, twice, USAGE, &[]),
    ];
    for (name, has_fundus, rest, code, left) in cases {
        let (_dir, outcome) = deidentify(has_fundus, rest);
        assert_eq!(outcome.code, Some(code), "{name}: {}", outcome.errors);
        assert_eq!(outcome.left_behind, left, "{name}");
        let says_left_out = outcome
            .errors
            .contains("picture of the fundus was left out");
        assert_eq!(
            says_left_out,
            name == "one file",
            "{name}: {}",
            outcome.errors
        );
    }
}

#[test]
fn a_folder_of_any_scans_is_numbered() {
    let (_dir, outcome) = run_in(|dir, out| {
        let scans = dir.join("scans");
        std::fs::create_dir(&scans).expect("writable");
        write_vol(&scans.join("Mustermann_Erika.vol"), true);
        write_vol(&scans.join("Mustermann_Max.vol"), false);
        vec!["deidentify".into(), scans.into(), out.join("all").into()]
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    let written = Path::new(outcome.output.trim());
    let mut names: Vec<String> = std::fs::read_dir(written)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, ["0000-fundus.dcm", "0000.dcm", "0001.dcm"]);
}

/// A picture has no pixel size, so no tomogram can be made of it.
#[test]
fn a_scan_without_a_pixel_size_is_refused_whole() {
    let (_dir, outcome) = run_in(|dir, out| {
        let scan = dir.join("scan.png");
        std::fs::write(&scan, crate::bad_scans::good_png()).expect("writable");
        vec!["deidentify".into(), scan.into(), out.join("a.dcm").into()]
    });
    crate::assert_refused("no pixel size", &outcome, &["pixel size"]);
}

/// A report never takes the place of anything, and neither does what is written on the way.
#[test]
fn nothing_of_the_user_is_written_over() {
    type Rest = fn(&Path, &Path) -> Vec<OsString>;
    let existing: Rest = |scan, out| {
        let report = out.join("precious");
        std::fs::write(&report, b"precious").expect("writable");
        with_report_at(scan, out, report.into())
    };
    let scan_itself: Rest = |scan, out| with_report_at(scan, out, scan.into());
    let output: Rest = |scan, out| with_report_at(scan, out, out.join("a.dcm").into());
    let spelt: Rest = |scan, out| with_report_at(scan, out, out.join("../out/./a.dcm").into());
    let inside: Rest = |scan, out| {
        let report = out.join("a/report.json").into();
        vec!["--report".into(), report, scan.into(), out.join("a").into()]
    };
    let nowhere: Rest = |scan, out| with_report_at(scan, out, out.join("no/r.json").into());
    let good: Rest = |scan, out| with_report_at(scan, out, out.join("r.json").into());
    let partial: Rest = |scan, out| {
        std::fs::write(out.join("a.dcm.partial"), b"precious").expect("writable");
        vec![scan.into(), out.join("a.dcm").into()]
    };
    let cases: [(&str, Rest, i32, &[&str]); 8] = [
        ("a file that is there", existing, USAGE, &["precious"]),
        ("the scan itself", scan_itself, USAGE, &[]),
        ("the scan that is made", output, USAGE, &[]),
        ("the same, spelt otherwise", spelt, USAGE, &[]),
        ("inside the folder that is made", inside, USAGE, &[]),
        ("in a folder that is not there", nowhere, ENVIRONMENT, &[]),
        ("a new file", good, 0, &["a.dcm", "r.json"]),
        ("no report", partial, 0, &["a.dcm", "a.dcm.partial"]),
    ];
    for (name, rest, code, left) in cases {
        let (dir, outcome) = deidentify(false, rest);
        assert_eq!(outcome.code, Some(code), "{name}: {}", outcome.errors);
        assert_eq!(outcome.left_behind, left, "{name}");
        for precious in ["precious", "a.dcm.partial"] {
            let path = dir.path().join("out").join(precious);
            if path.exists() {
                assert_eq!(std::fs::read(path).expect("reads"), b"precious", "{name}");
            }
        }
        // The scan is still one.
        read(&dir.path().join("scan.vol"));
    }
}

fn with_report_at(scan: &Path, out: &Path, report: OsString) -> Vec<OsString> {
    let name = out.join("a.dcm").into();
    vec!["--report".into(), report, scan.into(), name]
}
