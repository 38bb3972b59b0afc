//! What the files of a scan say of its B-scans.

use std::fs;
use std::path::Path;

use fovea_imaging::{
    Budget, LabelContext, Laterality, Plane, encode_dicom_opt, encode_png_index, export_folder,
    read_labels_path, read_path,
};
use fovea_phantom::heyex_export;
use image::ImageFormat;
use tiff::encoder::colortype;

use super::dicom::{export, phantom};
use super::{Small, Wanted, classes_of};
use crate::build::{by_image, gradient, phantom_volume, png_gray, tiff};

fn of_scan(path: &Path) -> LabelContext {
    let volume = read_path(path, &Budget::default()).expect("a scan");
    LabelContext::of_scan(path, &volume, &Budget::default()).expect("the same scan")
}

#[test]
fn pictures_have_names_in_the_order_of_their_b_scans() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("b10.png"), png_gray(4, 3)).expect("writes");
    fs::write(path("b9.bmp"), by_image(4, 3, ImageFormat::Bmp)).expect("writes");
    fs::write(path("notes.txt"), "no picture").expect("writes");
    let context = of_scan(folder.path());
    assert_eq!(context.image_names, ["b9.bmp", "b10.png"]);
    assert_eq!((context.bscan_count, context.sources.len()), (2, 0));
    assert_eq!(of_scan(&path("b10.png")).image_names, ["b10.png"]);
    let page = gradient(4, 3);
    fs::write(
        path("pages.tif"),
        tiff::<colortype::Gray8>(4, 3, &[&page, &page]),
    )
    .expect("writes");
    let pages = of_scan(&path("pages.tif"));
    assert_eq!((pages.bscan_count, pages.image_names.len()), (2, 0));
}

#[test]
fn an_export_names_its_pictures() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let files = heyex_export(&phantom_volume(8, 6, 3)).expect("a phantom fits");
    let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
    for file in files {
        fs::write(folder.path().join(file.name), file.bytes).expect("writes");
    }
    let context = of_scan(folder.path());
    assert_eq!(context.image_names.len(), 3);
    assert!(
        context.image_names.iter().all(|name| names.contains(name)),
        "{names:?}"
    );
    assert_eq!(of_scan(&folder.path().join("export.xml")), context);
}

#[test]
fn a_tomogram_has_one_object_and_a_plane_for_each_b_scan() {
    let volume = phantom().volume.volume;
    let file = tempfile::NamedTempFile::new().expect("a file");
    let bytes = encode_dicom_opt(&volume, &export()).expect("writes");
    fs::write(file.path(), bytes).expect("writes");
    let context = of_scan(file.path());
    assert_eq!((context.sources.len(), context.image_names.len()), (5, 0));
    let first = &context.sources[0];
    assert!(first.sop_instance_uid.is_some());
    let distance_mm = volume.spacing_um.expect("a phantom's").z / 1e3;
    for (at, source) in context.sources.iter().enumerate() {
        assert_eq!(source.sop_instance_uid, first.sop_instance_uid);
        let Plane {
            position_mm: [x, y, z],
            orientation,
        } = source.plane.expect("a plane");
        // The first is the lowest.
        assert!((z + distance_mm * (4 - at) as f64).abs() < 1e-6, "{z}");
        assert_eq!(
            (x, y, orientation),
            (0.0, 0.0, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])
        );
    }
    assert!(LabelContext::of(&volume).sources.is_empty());
}

#[test]
fn files_that_changed_say_nothing_and_lost_ones_are_named() {
    let folder = tempfile::tempdir().expect("temporary folder");
    fs::write(folder.path().join("a.png"), png_gray(4, 3)).expect("writes");
    let volume = read_path(folder.path(), &Budget::default()).expect("a scan");
    fs::write(folder.path().join("b.png"), png_gray(4, 3)).expect("writes");
    let context = LabelContext::of_scan(folder.path(), &volume, &Budget::default());
    assert_eq!(context.expect("readable"), LabelContext::of(&volume));
    let lost = folder.path().join("lost");
    let error = LabelContext::of_scan(&lost, &volume, &Budget::default()).expect_err("lost");
    assert!(error.to_string().starts_with("Cannot read "), "{error}");
}

/// What is exported of some B-scans comes back to them, whether the scan has pictures of its own or not.
#[test]
fn masks_of_some_b_scans_come_back_by_their_numbers() {
    let small = Small::new(Laterality::Left);
    let folder = tempfile::tempdir().expect("temporary folder");
    let case = folder.path().join("case");
    export_folder(&case, &small.volume, &small.masks, &small.schema).expect("writes");
    let masks = case.join("masks");
    let other_names = LabelContext {
        image_names: ["oct_1.png", "oct_2.png", "oct_3.png"]
            .map(str::to_owned)
            .into(),
        ..small.context()
    };
    let mut by_name = of_scan(&case.join("images"));
    by_name.size = small.context().size;
    for (context, warnings) in [(by_name, 0), (small.context(), 1), (other_names, 1)] {
        let labels = read_labels_path(&masks, &context, &Wanted::All, &Budget::default());
        let labels = labels.expect("masks of the volume");
        for (index, mask) in (0..).zip(&small.masks) {
            let expected = mask.as_ref().map(|mask| mask.classes().to_vec());
            assert_eq!(classes_of(&labels, index), expected.unwrap_or_default());
        }
        let said = "Labels were put to B-scans by the numbers in their names, counted from 0; check the first and the last one.";
        assert_eq!(labels.warnings, vec![said; warnings]);
    }
}

#[test]
fn numbers_that_are_not_ours_are_refused_with_what_would_do() {
    let small = Small::new(Laterality::Left);
    let png = encode_png_index(small.masks[0].as_ref().expect("a mask")).expect("writes");
    let for_unnamed = "give one for each B-scan, or name each by the number of its B-scan counted from 0, such as 0000 and 0001.";
    for (names, expected) in [
        (&["0001.png", "0003.png"][..], for_unnamed),
        (&["1.png", "2.png"], for_unnamed),
        (&["a0001.png", "a0002.png"], for_unnamed),
        (&["00001.png"], for_unnamed),
    ] {
        let folder = tempfile::tempdir().expect("temporary folder");
        for name in names {
            fs::write(folder.path().join(name), &png).expect("writes");
        }
        let read = read_labels_path(
            folder.path(),
            &small.context(),
            &Wanted::All,
            &Budget::default(),
        );
        let error = read.expect_err("not ours").to_string();
        assert!(error.ends_with(expected), "{names:?}: {error}");
    }
}
