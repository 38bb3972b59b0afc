//! Heidelberg `.e2e`, the exchange file of HEYEX. Experimental: its maker has not published it.
//!
//! Known of it, through the notes of uocte, LibE2E and eyepy; all little-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0..36 | `CMDb`, version |
//! | 36..88 | main directory: at 76 the offset of the last directory |
//! | each directory | header (52; count at 36, offset of the directory before at 44), then entries of 44 bytes: offset of the entry, of its chunk, size, …, kind at 36 |
//! | each chunk | header (60; size at 24, patient, study, series, slice from 32 on, kind at 52), then its content |
//!
//! Of the kinds, 11 (eye), 10004 (place of a B-scan), 10019 (layer line) and 0x40000000 (picture) are read. Persons,
//! visits and diagnoses have kinds of their own, which are passed over unread.
//!
//! The display value is the fourth root of the reflectivity, as in a `.vol`.

mod chunks;
mod geometry;
mod picture;
mod scan;

use super::Depth;
use super::heidelberg::{NO_LATERALITY, NO_SPACING, pattern_warning, per_bscan};
use crate::bytes::Bytes;
use crate::frame::same_size;
use crate::{Bscan, Budget, GrayImage, Laterality, ReadError, Samples, SourceFormat, Volume};
use chunks::Chunks;
use geometry::Geometry;
use picture::{FloatTable, Picture};
use scan::{Scan, scans};

const FORMAT: &str = "Heidelberg .e2e";
const EXPERIMENTAL: &str = "Reading .e2e is experimental, because its maker has not published it; please confirm the scan and its laterality.";

/// Reads the largest scan of a `.e2e`, of equals the first.
pub(crate) fn read(bytes: &[u8], budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let bytes = Bytes::little(FORMAT, bytes);
    let chunks = Chunks::find(&bytes)?;
    let scans = scans(&chunks.list, budget)?;
    let bscan_count = |scan: &&Scan<'_>| scan.bscans().count();
    let of_oct: Vec<&Scan<'_>> = scans.iter().filter(|scan| bscan_count(scan) > 0).collect();
    // Of equals `max_by_key` gives the last, and the first is wanted.
    let Some(scan) = of_oct.iter().rev().copied().max_by_key(bscan_count) else {
        return Err(match chunks.searched {
            true => ReadError::truncated(FORMAT, bytes.len(), "its directory"),
            false => ReadError::damaged(FORMAT, 36, "its directory names no B-scan"),
        });
    };
    let mut volume = volume(scan, budget, depth)?;
    let count = volume.bscans.len();
    let stated = scan.stated_count().filter(|stated| *stated > count);
    if let (Some(stated), true) = (stated, chunks.searched) {
        let what = format!("{stated} B-scans, of which it holds {count}");
        return Err(ReadError::truncated(FORMAT, bytes.len(), what));
    }
    volume.warnings.push(EXPERIMENTAL.to_owned());
    if let Some(stated) = stated {
        volume.warnings.push(format!(
            "The scan is said to have {stated} B-scans, but the file holds {count}."
        ));
    }
    if of_oct.len() > 1 {
        volume.warnings.push(format!(
            "The file holds {} scans; the one with most B-scans ({count}) was read.",
            of_oct.len()
        ));
    }
    volume.warnings.extend(search_warning(&chunks));
    Ok(volume)
}

fn search_warning(chunks: &Chunks<'_>) -> Option<String> {
    let cut_off = match chunks.cut_off {
        0 => String::new(),
        1 => " (1 is cut off)".to_owned(),
        count => format!(" ({count} are cut off)"),
    };
    chunks.searched.then(|| {
        format!("The directory of the file is missing, so that its parts{cut_off} were searched for; please check that the scan is complete.")
    })
}

fn volume(scan: &Scan<'_>, budget: &Budget, depth: Depth) -> Result<Volume, ReadError> {
    let count = scan.bscans().count() as u64;
    budget.frames("The .e2e file", count)?;
    same_size(scan.bscans().map(|(_, picture)| picture.size), |index| {
        format!("B-scan {}", index + 1)
    })?;
    let samples: u64 = scan
        .bscans()
        .map(|(_, picture)| picture.size.len() as u64)
        .sum();
    budget.decoded("The .e2e file", samples.checked_mul(2))?;
    let table = FloatTable::new();
    let mut volume = Volume::of_bscans(Vec::new(), SourceFormat::HeidelbergE2e);
    let mut lines = Vec::new();
    let mut geometries: Vec<Geometry> = Vec::new();
    for (slice, picture) in scan.bscans() {
        let deep = || Samples::F32(table.reflectivity(picture.samples));
        volume.bscans.push(Bscan {
            deep: (depth == Depth::OfFile).then(deep),
            quality: slice.geometry.and_then(|geometry| geometry.quality),
            ..Bscan::new(picture.size, table.gray(picture.samples))
        });
        lines.push(slice.layer_lines(picture)?);
        geometries.extend(slice.geometry);
    }
    volume.layer_lines = per_bscan(lines);
    volume.laterality = scan.laterality();
    volume.device = Some("Heidelberg Engineering".to_owned());
    volume.slo = scan.fundus.map(|picture: Picture<'_>| GrayImage {
        size: picture.size,
        pixels: picture.samples.to_vec(),
    });
    if let Some(first) = geometries.first() {
        volume.pattern = first.pattern;
    }
    let is_complete = geometries.len() == volume.bscans.len();
    volume.spacing_um = is_complete
        .then(|| geometry::spacing_um(&geometries))
        .flatten();
    volume.warnings = warnings(&volume);
    Ok(volume)
}

fn warnings(volume: &Volume) -> Vec<String> {
    let mut warnings = vec![match volume.spacing_um {
        None => NO_SPACING.to_owned(),
        Some(_) => format!(
            "The file states angles, so lateral lengths are those of an eye of medium length ({} µm per degree); axial lengths are exact.",
            geometry::UM_PER_DEGREE
        ),
    }];
    if volume.laterality == Laterality::Unknown {
        warnings.push(NO_LATERALITY.to_owned());
    }
    warnings.extend(pattern_warning(volume.pattern));
    warnings
}
