//! Pictures with their masks, and the split by file name.

use std::fs;
use std::path::{Path, PathBuf};

use fovea_geometry::SizePx;
use fovea_imaging::{Budget, decode_png_gray8, decode_png_index};
use sha2::{Digest, Sha256};

use super::TrainError;

/// A B-scan and its mask, of one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// File name without extension, or the phantom's seed and index.
    pub name: String,
    /// Size of both.
    pub size: SizePx,
    /// Display values, row-major.
    pub pixels: Vec<u8>,
    /// Class indices, row-major.
    pub classes: Vec<u8>,
}

/// Samples of one kind, with the probability that a crop is taken from them.
#[derive(Clone, Debug)]
pub struct SamplePool {
    /// Relative share among the pools of a run.
    pub share: f32,
    /// The samples.
    pub samples: Vec<Sample>,
}

/// Real scans, split by a hash of their names: which file is held out depends on nothing else.
#[derive(Clone, Debug)]
pub struct DataSplit {
    /// Trained on.
    pub train: Vec<Sample>,
    /// Not trained on; fits the temperature.
    pub calibration: Vec<Sample>,
    /// Not trained on; judges the model.
    pub held_out: Vec<Sample>,
    /// SHA-256 over the sorted SHA-256 of all files, in hexadecimal.
    pub data_hash: String,
}

impl DataSplit {
    /// Reads `images/*.png` with `masks/*.png` of equal names.
    pub fn read(
        data_dir: &Path,
        held_out: usize,
        calibration: usize,
        classes: usize,
    ) -> Result<Self, TrainError> {
        let names = names(&data_dir.join("images"))?;
        if names.len() <= held_out + calibration {
            let what = format!(
                "{} pictures are too few to hold out {held_out} and calibrate on {calibration}; add pictures to {}",
                names.len(),
                data_dir.display()
            );
            return Err(TrainError::Unusable { what });
        }
        let mut hashes = Vec::with_capacity(2 * names.len());
        let mut samples = Vec::with_capacity(names.len());
        for name in names {
            samples.push(read_sample(data_dir, &name, classes, &mut hashes)?);
        }
        samples.sort_by_key(|sample| <[u8; 32]>::from(Sha256::digest(sample.name.as_bytes())));
        let mut rest = samples.split_off(held_out);
        let mut train = rest.split_off(calibration);
        train.sort_by(|a, b| a.name.cmp(&b.name));
        hashes.sort_unstable();
        let data_hash = hex::encode(Sha256::digest(hashes.concat()));
        Ok(Self {
            train,
            calibration: rest,
            held_out: samples,
            data_hash,
        })
    }
}

fn names(folder: &Path) -> Result<Vec<String>, TrainError> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(TrainError::io(folder))? {
        let path = entry.map_err(TrainError::io(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "png")
            && let Some(stem) = path.file_stem().and_then(|stem| stem.to_str())
        {
            names.push(stem.to_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn read_sample(
    data_dir: &Path,
    name: &str,
    classes: usize,
    hashes: &mut Vec<[u8; 32]>,
) -> Result<Sample, TrainError> {
    let mut read = |folder: &str| -> Result<(PathBuf, Vec<u8>), TrainError> {
        let path = data_dir.join(folder).join(format!("{name}.png"));
        let bytes = fs::read(&path).map_err(TrainError::io(&path))?;
        hashes.push(Sha256::digest(&bytes).into());
        Ok((path, bytes))
    };
    let budget = Budget::default();
    let (path, bytes) = read("images")?;
    let image =
        decode_png_gray8(&bytes, &budget).map_err(|reason| TrainError::Picture { path, reason })?;
    let (path, bytes) = read("masks")?;
    let mask = decode_png_index(&bytes, &budget).map_err(|reason| TrainError::Picture {
        path: path.clone(),
        reason,
    })?;
    if mask.size() != image.size {
        let what = format!(
            "{} and its picture differ in size; export them again",
            path.display()
        );
        return Err(TrainError::Unusable { what });
    }
    if let Some(class) = mask
        .classes()
        .iter()
        .find(|&&class| usize::from(class) >= classes)
    {
        let what = format!(
            "{} holds class {class} and the model has {classes} classes",
            path.display()
        );
        return Err(TrainError::Unusable { what });
    }
    Ok(Sample {
        name: name.to_owned(),
        size: image.size,
        pixels: image.pixels,
        classes: mask.classes().to_vec(),
    })
}

/// Square-root inverse frequency of each class, median class 1, held within 0.3..=4.
pub(crate) fn class_weights(samples: &[Sample], classes: usize) -> Vec<f32> {
    let mut counts = vec![0_u64; classes];
    for class in samples.iter().flat_map(|sample| &sample.classes) {
        counts[usize::from(*class)] += 1;
    }
    let mut present: Vec<u64> = counts.iter().copied().filter(|&count| count > 0).collect();
    present.sort_unstable();
    let median = present.get(present.len() / 2).copied().unwrap_or(1) as f32;
    counts
        .iter()
        .map(|&count| (median / count.max(1) as f32).sqrt().clamp(0.3, 4.0))
        .collect()
}
