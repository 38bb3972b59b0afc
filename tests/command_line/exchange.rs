//! Scans in and out on the real command line: info, convert, import with what must be declared, export.

use std::ffi::OsString;
use std::path::Path;

use fovea_geometry::SizePx;
use fovea_phantom::PhantomParams;
use serde_json::Value;

use crate::program::{Outcome, run, run_in};

/// Promised by `fovea --help`.
const USAGE: i32 = 2;
const ENVIRONMENT: i32 = 4;
const REJECTED: i32 = 6;

fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).to_vec()
}

/// Two small B-scans.
fn phantom() -> fovea_phantom::PhantomVolume {
    let params = PhantomParams::normal()
        .with_size(SizePx::new(96, 80))
        .with_bscans(2);
    fovea_phantom::generate(5, &params)
}

/// The phantom as a Heidelberg volume.
fn write_vol(path: &Path) {
    std::fs::write(path, fovea_phantom::heidelberg_vol(&phantom().volume)).expect("writable");
}

/// The truth of the same phantoms as COCO JSON.
fn write_coco(path: &Path) {
    let phantom = phantom();
    let masks: Vec<_> = phantom.masks.into_iter().map(Some).collect();
    let labelled = fovea_imaging::Labelled {
        volume: &phantom.volume,
        masks: &masks,
        schema: &fovea_annotation::LabelSchema::oct_layers(),
    };
    let json = fovea_imaging::coco_json(&labelled).expect("writes");
    std::fs::write(path, json).expect("writable");
}

fn with_vol(rest: impl FnOnce(OsString, &Path) -> Vec<OsString>) -> Outcome {
    run(|dir, out| {
        let scan = dir.join("scan.vol");
        write_vol(&scan);
        rest(scan.into(), out)
    })
}

#[test]
fn info_says_what_a_scan_is() {
    let outcome = with_vol(|scan, _| [words(["info", "--json"]), vec![scan]].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    let info: Value = serde_json::from_str(&outcome.output).expect("JSON");
    assert_eq!(info["kind"], "scan");
    assert_eq!(info["format"], "heidelberg_vol");
    assert_eq!(info["bscans"], 2);
    assert_eq!(info["size_px"]["width"], 96);
    assert!(info["spacing_um"]["y"].as_f64().is_some_and(|um| um > 0.0));
    assert!(!outcome.has_store, "nothing is stored");
    let outcome = with_vol(|scan, _| vec!["info".into(), scan]);
    assert!(outcome.output.contains("2 B-scans of 96 × 80 px"));
}

#[test]
fn conversions_are_read_back_the_same() {
    for (name, ending) in [
        ("a.nii.gz", "nifti"),
        ("plain.nii", "nifti"),
        ("b.mha", "meta_image"),
        ("c.tif", "tiff"),
        ("d.dcm", "dicom"),
    ] {
        let (dir, outcome) = run_in(|dir, _| {
            let scan = dir.join("scan.vol");
            write_vol(&scan);
            vec!["convert".into(), scan.into(), dir.join(name).into()]
        });
        assert_eq!(outcome.code, Some(0), "{name}: {}", outcome.errors);
        let budget = fovea_imaging::Budget::default();
        let read =
            |name: &str| fovea_imaging::read_path(&dir.path().join(name), &budget).expect("reads");
        let (before, after) = (read("scan.vol"), read(name));
        assert_eq!(serde_json::to_value(after.format).expect("a word"), ending);
        let sizes = |volume: &fovea_imaging::Volume| (volume.bscans.len(), volume.bscan_size());
        assert_eq!(sizes(&before), sizes(&after));
    }
}

/// Names of layers are free text unless the field knows them.
#[test]
fn a_conversion_leaves_free_names_of_layers_behind() {
    let mut volume = phantom().volume;
    let size = volume.bscan_size();
    let line = |name: &str| fovea_imaging::LayerLine {
        name: name.to_owned(),
        y_px: vec![20.0; size.width as usize],
    };
    let lines = fovea_imaging::LayerLines {
        lines: vec![line("ILM"), line("BM of Erika Mustermann")],
    };
    volume.layer_lines = vec![lines; volume.bscans.len()];
    let labelled = fovea_imaging::Labelled {
        volume: &volume,
        masks: &[],
        schema: &fovea_annotation::LabelSchema::oct_layers(),
    };
    let bytes = fovea_imaging::eyelab_bytes(&labelled).expect("writes");
    let (dir, outcome) = run_in(|dir, out| {
        let scan = dir.join("scan.eye");
        std::fs::write(&scan, &bytes).expect("writable");
        vec!["convert".into(), scan.into(), out.join("b.eye").into()]
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    assert!(
        outcome.errors.contains("were numbered"),
        "{}",
        outcome.errors
    );
    let budget = fovea_imaging::Budget::default();
    let after = fovea_imaging::read_path(&dir.path().join("out/b.eye"), &budget).expect("reads");
    let names: Vec<&str> = after.layer_lines[0]
        .lines
        .iter()
        .map(|line| line.name.as_str())
        .collect();
    assert_eq!(names, ["ILM", "layer 2"]);
}

#[test]
fn a_conversion_never_replaces_what_is_there() {
    let outcome = run(|dir, out| {
        let scan = dir.join("scan.vol");
        write_vol(&scan);
        let there = out.join("there.nii.gz");
        std::fs::write(&there, b"precious").expect("writable");
        vec!["convert".into(), scan.into(), there.into()]
    });
    assert_eq!(outcome.code, Some(USAGE));
    assert!(outcome.errors.contains("is there already"));
    assert_eq!(outcome.left_behind, ["there.nii.gz"]);
}

/// The code says whose fault it is, and nothing is left of what failed.
#[test]
fn what_cannot_be_converted_has_the_code_of_its_fault() {
    let cases: [(&[&str], &str, i32, &str); 7] = [
        (&[], "missing/a.nii", ENVIRONMENT, "folder exists"),
        (
            &["--format", "dicom", "--labels"],
            "a.dcm",
            USAGE,
            "--format dicom-seg",
        ),
        (&["--labels"], "a.tif", USAGE, "holds no labels"),
        (&[], "a.csv", USAGE, "--labels"),
        (&["--fovea", "0,0"], "a.nii", USAGE, "--fovea"),
        (
            &["--format", "thickness-csv", "--fovea", "7,3", "--labels"],
            "a",
            USAGE,
            "outside the scan",
        ),
        (&["--fovea", "1,-2"], "a", USAGE, "24,255.5"),
    ];
    for (arguments, name, code, hint) in cases {
        let outcome = run(|dir, out| {
            let (scan, labels) = (dir.join("scan.vol"), dir.join("labels.json"));
            write_vol(&scan);
            write_coco(&labels);
            let mut all: Vec<OsString> = vec!["convert".into()];
            for argument in arguments {
                all.push(argument.into());
                if *argument == "--labels" {
                    all.push(labels.clone().into());
                }
            }
            all.extend([scan.into(), out.join(name).into()]);
            all
        });
        assert_eq!(
            outcome.code,
            Some(code),
            "{arguments:?}: {}",
            outcome.errors
        );
        assert!(outcome.errors.contains(hint), "{}", outcome.errors);
        assert_eq!(outcome.left_behind, [""; 0], "{arguments:?}");
    }
}

/// One case that cannot be written keeps no other back.
#[test]
fn an_export_goes_on_after_a_case_that_cannot_be_written() {
    let (dir, outcome) = run_in(|dir, _| {
        let scan = dir.join("scan.vol");
        write_vol(&scan);
        // Without a pixel size there is no thickness.
        let flat = dir.join("flat.png");
        std::fs::write(&flat, crate::bad_scans::good_png()).expect("writable");
        let declared = ["import", "--consent", "no-person", "--device", "oct-2"];
        let released = words(["--release", "seen"]);
        [words(declared), released, vec![flat.into(), scan.into()]].concat()
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    let lines = outcome.output.lines();
    let ids: Vec<String> = lines
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    let export = |rest: &[&str]| {
        let out = dir.path().join("out");
        let mut arguments = words(["export", "--format", "thickness-csv", "--out"]);
        arguments.push(out.into());
        arguments.extend(rest.iter().map(OsString::from));
        crate::program::again(&dir, arguments)
    };
    let outcome = export(&[]);
    assert_eq!(outcome.code, Some(crate::BAD_INPUT), "{}", outcome.errors);
    assert_eq!(outcome.left_behind.len(), 1, "{:?}", outcome.left_behind);
    for said in [
        "spacing is not known",
        "Not written: 1 of 2 cases.",
        "in the middle of the scan",
    ] {
        assert!(outcome.errors.contains(said), "{}", outcome.errors);
    }
    let failed = |id: &String| {
        outcome
            .errors
            .contains(&format!("Case {}: a table", &id[..8]))
    };
    assert_eq!(
        ids.iter().filter(|id| failed(id)).count(),
        1,
        "{}",
        outcome.errors
    );
    // Again the same one fails, and the other is there already: the gravest code stands.
    assert_eq!(export(&[]).code, Some(crate::BAD_INPUT));
    let (written, id) = (&outcome.left_behind[0], ids.iter().find(|id| !failed(id)));
    let id = id.expect("the other").as_str();
    assert_eq!(export(&[id]).code, Some(USAGE));
    std::fs::remove_dir_all(dir.path().join("out").join(written)).expect("is there");
    assert_eq!(export(&["--fovea", "1,3.5"]).code, Some(USAGE), "two cases");
    let outcome = export(&["--fovea", "1,3.5", id]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    assert!(
        !outcome.errors.contains("in the middle"),
        "{}",
        outcome.errors
    );
    let about = dir.path().join("out").join(written).join("etdrs.json");
    let about: Value = serde_json::from_slice(&std::fs::read(about).expect("there")).expect("JSON");
    assert_eq!(about["centre"]["ascan"], 3.5);
    assert_eq!(about["centre"]["chosen"], "fovea as given");
}

#[test]
fn what_the_policy_wants_must_be_declared() {
    for (missing, declared) in [
        ("consent", words(["import", "--device", "oct-2"])),
        ("device", words(["import", "--consent", "no-person"])),
    ] {
        let outcome = with_vol(|scan, _| [declared, vec![scan]].concat());
        assert_eq!(outcome.code, Some(USAGE), "{missing}: {}", outcome.errors);
        assert!(outcome.errors.to_lowercase().contains(missing));
        assert!(!outcome.has_store, "{missing}");
    }
}

#[test]
fn a_policy_that_rejects_has_a_code_of_its_own() {
    let outcome = run(|dir, _| {
        let (scan, policy) = (dir.join("scan.vol"), dir.join("policy.toml"));
        write_vol(&scan);
        std::fs::write(&policy, STRICT).expect("writable");
        let declared = [
            "import",
            "--consent",
            "no-person",
            "--device",
            "x",
            "--policy",
        ];
        [words(declared), vec![policy.into(), scan.into()]].concat()
    });
    assert_eq!(outcome.code, Some(REJECTED), "{}", outcome.errors);
    assert!(outcome.errors.contains("Nothing comes in today."));
}

const STRICT: &str = r#"
id = "test"
version = 1
[require]
consent = ["no_person"]
device_id = true
[dates]
mode = "remove"
days_max = 1
times = "zero"
[[rule]]
name = "nothing"
when.format = ["heidelberg_vol"]
then = "reject"
reason = "Nothing comes in today."
[[rule]]
name = "phantoms"
when.format = ["phantom"]
then = "allow"
reason = "A phantom shows nobody."
"#;

/// Labels that do not fit keep the scan out as well.
#[test]
fn labels_that_do_not_fit_are_refused_with_their_scan() {
    let declared = ["import", "--consent", "no-person", "--device", "oct-2"];
    let mask = |size| {
        let mask = fovea_annotation::Mask::background(size);
        fovea_imaging::encode_png_index(&mask).expect("encodes")
    };
    let (one, small) = (mask(SizePx::new(96, 80)), mask(SizePx::new(7, 9)));
    // What is wrong, the files of a folder of labels, and a word of the sentence.
    let cases = [
        ("no labels", vec![&b"nothing"[..]], "labels"),
        ("labels of one B-scan", vec![&one], "b-scan"),
        ("labels of another size", vec![&small, &small], "7×9"),
    ];
    for (name, files, hint) in cases {
        let outcome = with_vol(|scan, out| {
            let labels = out.with_file_name("labels");
            std::fs::create_dir(&labels).expect("writable");
            for (number, bytes) in files.iter().enumerate() {
                std::fs::write(labels.join(format!("{number}.png")), bytes).expect("writable");
            }
            let rest = vec!["--labels".into(), labels.into(), scan];
            [words(declared), rest].concat()
        });
        crate::assert_refused(name, &outcome, &[hint]);
        assert!(!outcome.has_store, "the store was not even opened: {name}");
    }
}

/// The labels of a folder name the scan that lies beside them.
fn assert_refers_to_volume(folder: &Path, labels: &str) {
    let read = |name: &str| std::fs::read(folder.join(name)).expect("was written");
    let volume = read("volume.dcm");
    let budget = fovea_imaging::Budget::default();
    let object = fovea_imaging::open_dicom(&volume, &budget).expect("DICOM");
    let uid = object.meta().media_storage_sop_instance_uid();
    let uid = uid.trim_end_matches('\0').as_bytes();
    let refers = read(labels).windows(uid.len()).any(|part| part == uid);
    assert!(refers, "{labels} does not refer to the scan beside it");
}

#[test]
fn a_scan_goes_in_with_labels_and_out_in_every_form_and_its_project_comes_in_again() {
    let (dir, outcome) = run_in(|dir, _| {
        let (scan, labels) = (dir.join("scan.vol"), dir.join("labels.json"));
        write_vol(&scan);
        write_coco(&labels);
        let declared = ["import", "--consent", "no-person", "--device", "oct-2"];
        let rest = vec!["--labels".into(), labels.into(), scan.into()];
        [words(declared), rest].concat()
    });
    assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
    assert!(
        outcome
            .errors
            .contains("Labels of 2 B-scans came in from COCO JSON."),
        "{}",
        outcome.errors
    );
    let again = |arguments: Vec<OsString>| crate::program::again(&dir, arguments);
    let out = dir.path().join("cases");
    for format in [
        "folder",
        "nifti",
        "coco",
        "heights-csv",
        "thickness-csv",
        "eye",
        "dicom-seg",
        "height-map",
        "project",
    ] {
        let mut arguments = words(["export", "--format", format, "--out"]);
        arguments.push(out.clone().into());
        let outcome = again(arguments);
        assert_eq!(outcome.code, Some(0), "{format}: {}", outcome.errors);
        let written = outcome.output.trim().to_owned();
        assert!(Path::new(&written).exists(), "{format}: {written}");
        if let Some(labels) = match format {
            "dicom-seg" => Some("segmentation.dcm"),
            "height-map" => Some("heights.dcm"),
            _ => None,
        } {
            assert_refers_to_volume(Path::new(&written), labels);
        }
        if format == "project" {
            let outcome = again(vec!["info".into(), written.clone().into()]);
            assert!(outcome.output.contains("1 case, 2 B-scans"));
            let outcome = again(vec!["import".into(), written.into()]);
            assert_eq!(outcome.code, Some(0), "{}", outcome.errors);
            assert!(outcome.errors.contains("nothing was doubled"));
        }
    }
}
