//! NIfTI in and out, held against nibabel.

mod elsewhere;
mod geometry;
mod labels;
mod own;
mod written;

use std::path::Path;

use fovea_imaging::{Budget, Volume, read_path_deep};
use serde_json::Value;

use crate::build::samples_f64;

fn read(path: &Path) -> Volume {
    read_path_deep(path, &Budget::default())
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn floats(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list").iter();
    list.map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

/// B-scan by B-scan, row by row.
fn all_samples(volume: &Volume) -> Vec<f64> {
    volume.bscans.iter().flat_map(samples_f64).collect()
}

/// What is said beside how values are shown.
fn said(volume: &Volume) -> Vec<&str> {
    let all = volume.warnings.iter().map(String::as_str);
    all.filter(|warning| !warning.starts_with("Values"))
        .collect()
}
