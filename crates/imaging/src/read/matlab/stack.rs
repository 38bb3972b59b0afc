//! B-scans as one array of rows × columns × pictures, or as cells that hold one picture each.

use super::FORMAT;
use super::catalog::{Catalog, Filled};
use super::lines;
use super::picture::{frames, pages};
use crate::frame::Frame;
use crate::read::heidelberg::NO_LATERALITY;
use crate::{Bscan, Budget, ReadError, ScanPattern, SourceFormat, Volume};

/// What authors of data sets call their pictures, in lower case; the surest first.
const NAMES: [&str; 18] = [
    "images",
    "volume",
    "bscans",
    "octvolume",
    "oct_volume",
    "oct",
    "vol",
    "cube",
    "scans",
    "image",
    "bscan",
    "scan",
    "imgs",
    "img",
    "frames",
    "data",
    "i",
    "im",
];
/// Arrays with a shorter side are tables.
const MIN_SIDE_PX: u64 = 16;

const NO_SPACING: &str = "The file gives no pixel size; lengths and areas cannot be shown in µm.";
const AXES: &str = "A Matlab file does not name its axes: the first was taken for depth, the second for A-scans and \
     the third for B-scans, so please check the pictures.";
const LYING: &str = "The B-scans seem to lie on their side: they change more from column to column than with depth.";
const SHORT_FIRST: &str =
    "The first axis is the shortest by far and may count B-scans, but it was taken for depth.";

pub(super) fn read(catalog: &Catalog<'_>, budget: &Budget) -> Result<Volume, ReadError> {
    let arrays = choose(catalog)?;
    let (width, height, count) = arrays.first().and_then(pages).unwrap_or_default();
    let mut frames = frames("the array of B-scans", &arrays, catalog, budget)?;
    if is_gray_in_colour(&frames) {
        frames.truncate(1);
    }
    let mut volume = Volume::of_frames(frames, SourceFormat::Matlab);
    if volume.bscans.len() == 1 {
        volume.pattern = ScanPattern::Line;
    }
    let found = lines::read(catalog, volume.bscan_size(), volume.bscans.len());
    volume.layer_lines = found.per_bscan;
    volume.warnings.push(AXES.to_owned());
    if height * 4 <= width && height * 4 <= count {
        volume.warnings.push(SHORT_FIRST.to_owned());
    }
    if volume.bscans.get(volume.bscans.len() / 2).is_some_and(lies) {
        volume.warnings.push(LYING.to_owned());
    }
    volume.warnings.push(NO_LATERALITY.to_owned());
    volume.warnings.push(NO_SPACING.to_owned());
    volume.warnings.extend(found.warning);
    Ok(volume)
}

/// The arrays that are the volume: by name, or else what is larger than everything else.
fn choose<'a>(catalog: &Catalog<'a>) -> Result<Vec<Filled<'a>>, ReadError> {
    let mut groups: Vec<Vec<Filled<'a>>> = Vec::new();
    for filled in catalog.filled().filter(is_picture) {
        let is_alike = |group: &&mut Vec<Filled<'_>>| {
            let first = group[0];
            first.array.name == filled.array.name && first.dimensions() == filled.dimensions()
        };
        match groups.iter_mut().find(is_alike) {
            Some(group) => group.push(filled),
            None => groups.push(vec![filled]),
        }
    }
    let rank = |group: &Vec<Filled<'_>>| {
        let name = group[0].array.name.to_ascii_lowercase();
        NAMES.iter().position(|known| known.as_bytes() == name)
    };
    let samples = |group: &Vec<Filled<'_>>| -> usize {
        group.iter().map(|filled| filled.numbers.len()).sum()
    };
    let refused = |feature: &str| ReadError::Unsupported {
        format: FORMAT,
        feature: feature.to_owned(),
        advice: "save the B-scans as one array called images (depth × A-scans × B-scans) and import that",
    };
    groups.sort_by_key(|group| {
        (
            rank(group).unwrap_or(NAMES.len()),
            usize::MAX - samples(group),
        )
    });
    let is_tie = match groups.as_slice() {
        [] => return Err(refused("no array of B-scans")),
        [first, second, ..] => rank(first) == rank(second) && samples(first) == samples(second),
        [_] => false,
    };
    match is_tie {
        true => Err(refused("several arrays that may be the B-scans")),
        false => Ok(groups.swap_remove(0)),
    }
}

fn is_picture(filled: &Filled<'_>) -> bool {
    let is_large = pages(filled)
        .is_some_and(|(width, height, _)| width >= MIN_SIDE_PX && height >= MIN_SIDE_PX);
    is_large && !filled.array.is_logical && !lines::is_label(filled.array.name)
}

/// Three equal pictures are the colours of a gray one.
fn is_gray_in_colour(frames: &[Frame]) -> bool {
    matches!(frames, [red, green, blue] if red == green && green == blue)
}

/// True where column means differ much more than row means do: retinal layers run along rows.
fn lies(bscan: &Bscan) -> bool {
    let (width, height) = (bscan.size.width as usize, bscan.size.height as usize);
    let mut rows = vec![0.0; height];
    let mut columns = vec![0.0; width];
    for (index, gray) in bscan.pixels.iter().enumerate() {
        rows[index / width] += f64::from(*gray) / width as f64;
        columns[index % width] += f64::from(*gray) / height as f64;
    }
    variance(&columns) > 2.0 * variance(&rows)
}

fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / count
}
