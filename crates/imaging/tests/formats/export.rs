//! What is exported says what it is, and reads back.

use std::fs;

use fovea_annotation::{ContentHash, LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Budget, Manifest, Sidecar, Volume, WriteError, decode_png_index, encode_png_gray8,
    export_folder, read_path,
};
use fovea_phantom::{PhantomParams, generate};

fn phantom() -> (Volume, Vec<Option<Mask>>) {
    let phantom = generate(
        9,
        &PhantomParams::sample()
            .with_size(SizePx::new(40, 32))
            .with_bscans(3),
    );
    let mut masks: Vec<Option<Mask>> = phantom.masks.into_iter().map(Some).collect();
    masks[1] = None;
    let mut volume = phantom.volume;
    // JSON keeps these to the last bit.
    volume.spacing_um = SpacingUm::new(11.5, 3.875, 250.0);
    (volume, masks)
}

#[test]
fn a_folder_holds_images_masks_and_their_meaning() {
    let (volume, masks) = phantom();
    let parent = tempfile::tempdir().expect("temporary folder");
    let folder = parent.path().join("case");
    export_folder(&folder, &volume, &masks, &LabelSchema::oct_layers()).expect("writes");

    let images = read_path(&folder.join("images"), &Budget::default()).expect("reads back");
    assert!(
        images
            .bscans
            .iter()
            .zip(&volume.bscans)
            .all(|(a, b)| a.pixels == b.pixels)
    );
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("there"))
            .expect("our own JSON");
    assert_eq!(
        (manifest.laterality, manifest.spacing_um),
        (volume.laterality, volume.spacing_um)
    );
    for (bscan, mask) in manifest.bscans.iter().zip(&masks) {
        let image = fs::read(folder.join(&bscan.image)).expect("there");
        assert_eq!(ContentHash::of(&image), bscan.image_sha256);
        let found = bscan
            .mask
            .as_ref()
            .map(|name| fs::read(folder.join(name)).expect("there"));
        let found =
            found.map(|bytes| decode_png_index(&bytes, &Budget::default()).expect("index PNG"));
        assert_eq!(found.as_ref(), mask.as_ref());
    }
    let again = export_folder(&folder, &volume, &masks, &LabelSchema::oct_layers())
        .expect_err("it is there already");
    assert!(matches!(again, WriteError::Exists { .. }), "{again}");
    assert_eq!(
        fs::read_dir(parent.path()).expect("lists").count(),
        1,
        "no partial folder is left"
    );
}

#[test]
fn a_failed_export_leaves_nothing() {
    let (mut volume, masks) = phantom();
    volume.bscans[2].pixels.pop();
    let parent = tempfile::tempdir().expect("temporary folder");
    let error = export_folder(
        &parent.path().join("case"),
        &volume,
        &masks,
        &LabelSchema::oct_layers(),
    )
    .expect_err("a pixel is missing");
    assert!(
        matches!(error, WriteError::WrongLength { pixels: 1279, .. }),
        "{error}"
    );
    assert_eq!(fs::read_dir(parent.path()).expect("lists").count(), 0);
}

#[test]
fn a_sidecar_counts_classes_and_areas() {
    let (mut volume, _) = phantom();
    let mask = Mask::new(SizePx::new(2, 2), vec![0, 5, 5, 42]).expect("four pixels");
    let sidecar = Sidecar::of(&volume, 1, &mask, &LabelSchema::oct_layers());
    let spacing = volume.spacing_um.expect("phantoms have one");
    let rows: Vec<(u8, &str, u64)> = sidecar
        .classes
        .iter()
        .map(|c| (c.index, c.name.as_str(), c.area_px))
        .collect();
    assert_eq!(rows, [(0, "Background", 1), (5, "RNFL", 2), (42, "42", 1)]);
    assert_eq!(
        sidecar.classes[1].area_mm2,
        Some(2.0 * spacing.x * spacing.y * 1e-6)
    );
    assert_eq!(
        serde_json::from_str::<Sidecar>(&sidecar.to_json()).expect("our own JSON"),
        sidecar
    );
    volume.spacing_um = None;
    assert_eq!(
        Sidecar::of(&volume, 1, &mask, &LabelSchema::oct_layers()).classes[1].area_mm2,
        None
    );
}

#[test]
fn pixels_must_fit_the_size() {
    let error = encode_png_gray8(SizePx::new(3, 3), &[0; 8]).expect_err("one is missing");
    assert_eq!(
        error.to_string(),
        "The picture of 3×3 px has 8 pixel values; nothing was written."
    );
}
