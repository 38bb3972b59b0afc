//! A device's file in, the device's lines as labels, DICOM out.

use std::path::PathBuf;

use fovea_phantom::PhantomParams;

use crate::driver::Session;
use crate::words;

#[test]
fn a_heidelberg_volume_becomes_a_labelled_case_and_a_dicom_segmentation() {
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
    session.see(words::LINES_FOUND);
    session.screenshot("11-import-volume");
    session.press(words::IMPORT);
    session.see(words::ONLY_PIXELS);
    session.press(words::CLOSE_REPORT);
    session.see_chosen("2 B-scans");

    session.key("ctrl+k");
    session.fill(words::PALETTE, "device layer");
    session.key("Return");
    session.see("v1, Edit");
    session.screenshot("12-device-lines");

    let out = session.dir().join("out");
    std::fs::create_dir(&out).expect("the folder is writable");
    session.key("ctrl+e");
    session.press(words::DICOM_SEG);
    session.press(words::CHOOSE_FOLDER);
    session.choose_file(words::FOLDER_DIALOG, &out);
    session.press(words::EXPORT);
    session.see("Exported 2 B-scans and 2 labels to ");
    session.screenshot("13-exported");
    session.press(words::DONE);

    let case: Vec<PathBuf> = std::fs::read_dir(&out)
        .expect("the folder lists")
        .map(|entry| entry.expect("the folder lists").path())
        .collect();
    let [case] = &case[..] else {
        panic!("one case, not {case:?}")
    };
    let context = fovea_imaging::LabelContext::of(&phantom.volume);
    let budget = fovea_imaging::Budget::default();
    let labels = fovea_imaging::read_labels_path(case, &context, &budget).expect("reads");
    assert_eq!(labels.bscans.len(), 2);
    session.application().terminate();
}
