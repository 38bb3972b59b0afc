//! The files that both sides read.

use std::fs;
use std::path::Path;

use fovea_geometry::SizePx;
use fovea_imaging::GrayImage;
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};

const BSCAN: SizePx = SizePx::new(512, 496);
const BSCAN_COUNT: u32 = 49;
const SLO: SizePx = SizePx::new(768, 768);

/// Writes `scan.vol`, and `scan.raw` for the anchors to compress; returns the bytes of all 8-bit pixels.
pub(super) fn write(folder: &Path) -> anyhow::Result<usize> {
    let params = PhantomParams::sample()
        .with_size(BSCAN)
        .with_bscans(BSCAN_COUNT);
    let mut volume = generate(1, &params).volume;
    volume.slo = Some(GrayImage {
        size: SLO,
        pixels: vec![90; SLO.len()],
    });
    let pixels: Vec<u8> = volume
        .bscans
        .iter()
        .flat_map(|bscan| bscan.pixels.iter().copied())
        .collect();
    fs::write(folder.join("scan.raw"), &pixels)?;
    fs::write(folder.join("scan.vol"), heidelberg_vol(&volume))?;
    Ok(pixels.len())
}
