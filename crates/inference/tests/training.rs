//! Training: a run that was stopped and resumed ends with the bytes of one that was not.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use fovea_geometry::SizePx;
use fovea_imaging::{encode_png_gray8, encode_png_index};
use fovea_inference::Architecture;
use fovea_inference::train::{TrainConfig, TrainError, train};
use fovea_phantom::{PhantomParams, generate};

fn write_data(folder: &Path) {
    for name in ["images", "masks"] {
        fs::create_dir_all(folder.join(name)).expect("a folder");
    }
    for seed in 0..6 {
        let phantom = generate(seed, &PhantomParams::varied(seed, SizePx::new(64, 80)));
        let bscan = &phantom.volume.bscans[0];
        let image = encode_png_gray8(bscan.size, &bscan.pixels).expect("encodes");
        let mask = encode_png_index(&phantom.masks[0]).expect("encodes");
        fs::write(folder.join(format!("images/{seed}.png")), image).expect("written");
        fs::write(folder.join(format!("masks/{seed}.png")), mask).expect("written");
    }
}

fn config(data: &Path, out: &Path) -> TrainConfig {
    let mut config = TrainConfig::new(data.into(), out.into());
    config.architecture = Architecture {
        widths: vec![4, 6],
        decoder_width: 4,
        ..config.architecture
    };
    config.steps = 6;
    config.batch = 2;
    config.crop_px = [32, 32];
    (config.held_out, config.calibration, config.phantoms) = (2, 1, 2);
    (config.checkpoint_every, config.log_every) = (2, 1);
    config
}

#[test]
fn a_resumed_run_equals_an_unbroken_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    write_data(&data);
    let unbroken = config(&data, &folder.path().join("unbroken"));
    let never = AtomicBool::new(false);
    let (mut losses, mut losses_of_resumed) = (Vec::new(), Vec::new());
    let expected = train(
        &unbroken,
        false,
        &mut |progress| losses.push(progress.loss),
        &never,
    )
    .expect("trains");

    let broken = config(&data, &folder.path().join("broken"));
    let stop = AtomicBool::new(false);
    let mut watch = |progress: &fovea_inference::train::TrainProgress| {
        losses_of_resumed.push(progress.loss);
        stop.store(progress.step == 3, Ordering::Relaxed);
    };
    let stopped = train(&broken, false, &mut watch, &stop);
    assert!(
        matches!(stopped, Err(TrainError::Cancelled { step: 3 })),
        "{stopped:?}"
    );
    let resumed = train(
        &broken,
        true,
        &mut |progress| losses_of_resumed.push(progress.loss),
        &never,
    )
    .expect("resumes");
    assert_eq!(losses, losses_of_resumed);
    assert_eq!(
        expected.card, resumed.card,
        "the cards name the weights by their hash"
    );
}

#[test]
fn data_that_cannot_be_used_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let out = folder.path().join("out");
    let refused =
        |config: &TrainConfig| match train(config, false, &mut |_| {}, &AtomicBool::new(false)) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("trained on nothing"),
        };
    assert!(refused(&config(&data, &out)).contains("images"));
    write_data(&data);
    let greedy = TrainConfig {
        held_out: 6,
        ..config(&data, &out)
    };
    assert!(refused(&greedy).contains("too few"));
    let crooked = TrainConfig {
        crop_px: [30, 32],
        ..config(&data, &out)
    };
    assert!(refused(&crooked).contains("multiples of 4"));
    fs::write(data.join("masks/3.png"), b"no picture").expect("written");
    assert!(refused(&config(&data, &out)).contains("3.png"));
}
