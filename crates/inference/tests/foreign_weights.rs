//! A real file of another network: read as far as it takes to say that it does not fit.
//!
//! The file lies in `../shared/data` beside the checkout, or where `FOVEA_SHARED_DATA` says.

use std::path::{Path, PathBuf};

use fovea_inference::{LoadError, Model, cpu_device};

/// The folder, or `None` away from CI, where the test then says that it was skipped.
fn relaynet() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("FOVEA_SHARED_DATA").map_or(beside, PathBuf::from);
    let folder = folder.join("weights/relaynet");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing: put the shared sample data there or name it in FOVEA_SHARED_DATA",
        folder.display()
    );
    eprintln!(
        "SKIPPED weights_of_another_network_are_named_as_such: nothing at {}; set FOVEA_SHARED_DATA",
        folder.display()
    );
    None
}

#[test]
fn weights_of_another_network_are_named_as_such() {
    let Some(folder) = relaynet() else { return };
    for name in [
        "relaynet_duke_epoch20.pt",
        "relaynet_duke_epoch20.safetensors",
    ] {
        match Model::load(&folder.join(name), &cpu_device()) {
            Err(error @ LoadError::MissingTensors { .. }) => {
                let text = error.to_string();
                assert!(text.contains("oct-unet-subpixel/1"), "{name}: {text}");
            }
            other => panic!("{name}: {:?}", other.map(|model| model.digest())),
        }
    }
}
