//! Pictures for the tests of this crate.

use fovea_geometry::SizePx;
use fovea_imaging::GrayImage;
use fovea_inference::{Model, cpu_device};
use fovea_phantom::{PhantomParams, generate};

/// A B-scan of a phantom.
#[allow(dead_code)] // Each test binary uses what it needs.
pub(crate) fn phantom(seed: u64, width: u32, height: u32) -> GrayImage {
    let volume = generate(
        seed,
        &PhantomParams::varied(seed, SizePx::new(width, height)),
    )
    .volume;
    let bscan = &volume.bscans[0];
    GrayImage {
        size: bscan.size,
        pixels: bscan.pixels.clone(),
    }
}

/// The built-in model on the processor.
#[allow(dead_code)] // Each test binary uses what it needs.
pub(crate) fn model() -> Model {
    Model::built_in(&cpu_device()).expect("the built-in model loads")
}
