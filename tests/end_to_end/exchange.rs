//! A device's file in, a label on it, NIfTI out.

use std::path::PathBuf;

use fovea_phantom::PhantomParams;

use crate::driver::Session;
use crate::words;

#[test]
fn a_heidelberg_volume_becomes_a_labelled_case_and_nifti_files() {
    let (mut session, mut server) = Session::begin("exchange");
    server.start();
    let scan = session.dir().join("scan.vol");
    let params = PhantomParams::normal().with_bscans(2);
    let phantom = fovea_phantom::generate(4, &params);
    std::fs::write(&scan, fovea_phantom::heidelberg_vol(&phantom.volume))
        .expect("the folder is writable");
    session.start(words::SEGMENT);
    session.key("ctrl+o");
    session.choose_file(words::FILE_DIALOG, &scan);
    session.press(words::NO_PERSON);
    session.fill(words::DEVICE_ID, "oct-2");
    session.screenshot("11-import-volume");
    session.press(words::IMPORT);
    session.see(words::ONLY_PIXELS);
    session.press(words::CLOSE_REPORT);
    session.see_chosen("2 B-scans");

    session.press(words::SEGMENT);
    session.see("v1, Model");

    let out = session.dir().join("out");
    std::fs::create_dir(&out).expect("the folder is writable");
    session.key("ctrl+e");
    session.press(words::NIFTI);
    session.press(words::CHOOSE_FOLDER);
    session.choose_file(words::FOLDER_DIALOG, &out);
    session.press(words::EXPORT);
    session.see("Exported 2 B-scans and 1 label to ");
    session.screenshot("13-exported");
    session.press(words::DONE);

    let files = std::fs::read_dir(&out).expect("the folder lists");
    let paths: Vec<PathBuf> = files
        .map(|entry| entry.expect("the folder lists").path())
        .collect();
    let is_labels = |path: &&PathBuf| path.to_string_lossy().contains(".labels.");
    let labels = paths.iter().find(is_labels).expect("labels were written");
    assert_eq!(paths.len(), 2, "{paths:?}");
    let context = fovea_imaging::LabelContext::of(&phantom.volume);
    let budget = fovea_imaging::Budget::default();
    let labels =
        fovea_imaging::read_labels_path(labels, &context, &fovea_imaging::Wanted::All, &budget)
            .expect("reads");
    let has_label = |bscan: &fovea_imaging::ForeignBscan| {
        let mask = bscan.mask.as_ref();
        mask.is_some_and(|mask| mask.classes().iter().any(|class| *class != 0))
    };
    assert!(labels.bscans.iter().any(has_label), "the model's label");
    session.application().terminate();
}
