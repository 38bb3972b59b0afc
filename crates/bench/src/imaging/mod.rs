//! Reading scans, beside eyepy, NumPy and pydicom: `i1` whole intake, `i2` `.vol`, `i3` JPEG 2000.
//!
//! Both sides read the same files, which are made from a phantom: 49 B-scans of 512×496, as a Spectralis takes them.

mod ingest;
mod inputs;

use std::hint::black_box;
use std::path::Path;

use fovea_imaging::{Budget, read_path};

use crate::anchor::Anchor;
use crate::clock::cpu_seconds;
use crate::ratio::{Comparison, Time};

const ANCHORS: &str = include_str!("../../anchors/imaging.py");

/// Takes and prints all figures.
pub(crate) fn run() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let pixel_bytes = inputs::write(folder.path())?;
    let mut anchor = Anchor::start(ANCHORS, folder.path())?;
    let read = |name: &str| {
        let path = folder.path().join(name);
        move || cpu_seconds(|| read_once(&path))
    };
    let comparison = |name, anchor, goal| Comparison {
        name,
        anchor,
        measured: Time::Cpu,
        goal,
        goal_ms: None,
        bytes: Some(pixel_bytes),
    };
    comparison("i2_vol_parse", "eyepy", 8.0)
        .run(|| anchor.seconds("vol_eyepy"), read("scan.vol"))?;
    comparison("i2_vol_parse_floor", "numpy", 1.0)
        .run(|| anchor.seconds("vol_numpy"), read("scan.vol"))?;
    let intake = ingest::intake();
    Comparison {
        // 250 MB of pixels per second.
        goal_ms: Some(pixel_bytes as f64 / 250e3),
        ..comparison("i1_ingest", "eyepy, OpenCV, hashlib", 15.0)
    }
    .run(
        || anchor.seconds("ingest"),
        || cpu_seconds(|| ingest::ingest(&intake, folder.path())),
    )?;
    comparison("i3_jpeg2000_decode", "pydicom", 2.0)
        .run(|| anchor.seconds("j2k_pydicom"), read("scan-j2k.dcm"))
}

fn read_once(path: &Path) -> anyhow::Result<()> {
    black_box(read_path(path, &Budget::default())?);
    Ok(())
}
