//! A folder of pictures as one volume.

use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

use super::sniff::{Kind, sniff};
use super::{frames_of, read_file};
use crate::frame::same_size;
use crate::{Budget, ReadError, SourceFormat, Volume};

/// Reads all pictures of a folder, in natural order of their names, as the B-scans of one volume. Files that are
/// no pictures are left out and counted; a picture that cannot be read refuses the whole folder.
pub(crate) fn read(folder: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    let mut names = Vec::new();
    let mut frames = Vec::new();
    let mut left_out = 0;
    let mut left = *budget;
    for path in files(folder, budget)? {
        let name = name_of(&path);
        let bytes = read_file(&path, budget).map_err(|error| error.in_file(&name))?;
        let kind = match sniff(&bytes) {
            Ok(kind @ (Kind::Png | Kind::Tiff | Kind::Bmp | Kind::Jpeg)) => kind,
            // An export to HEYEX XML names its pictures in a file beside them.
            Ok(Kind::HeyexXml) => {
                left_out += 1;
                continue;
            }
            Ok(_) => return Err(whole_volume(&name)),
            // An empty picture is a picture that was lost on the way, not a stranger.
            Err(ReadError::EmptyFile) if has_picture_name(&path) => {
                return Err(ReadError::EmptyFile.in_file(&name));
            }
            Err(_) => {
                left_out += 1;
                continue;
            }
        };
        let mut found = frames_of(kind, &bytes, &left).map_err(|error| error.in_file(&name))?;
        match (found.pop(), found.is_empty()) {
            (Some(frame), true) => {
                left.max_decoded_bytes =
                    left.max_decoded_bytes.saturating_sub(frame.decoded_bytes());
                frames.push(frame);
                names.push(name);
            }
            _ => return Err(whole_volume(&name)),
        }
    }
    if frames.is_empty() {
        return Err(ReadError::EmptyFolder);
    }
    same_size(frames.iter().map(|frame| frame.size), |index| {
        names[index].clone()
    })?;
    let mut volume = Volume::of_frames(frames, SourceFormat::Folder);
    if left_out > 0 {
        volume.warnings.push(format!(
            "{left_out} files of the folder are no pictures and were left out."
        ));
    }
    Ok(volume)
}

/// Visible files directly in the folder, in natural order.
fn files(folder: &Path, budget: &Budget) -> Result<Vec<PathBuf>, ReadError> {
    let unreadable = |reason| ReadError::Unreadable {
        name: folder.display().to_string(),
        reason,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_file() && !name_of(&path).starts_with('.') {
            paths.push(path);
            budget.frames("The folder", paths.len() as u64)?;
        }
    }
    paths.sort_by(|a, b| natural(&name_of(a), &name_of(b)));
    Ok(paths)
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn has_picture_name(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
    ["png", "tif", "tiff", "bmp", "jpg", "jpeg"]
        .iter()
        .any(|known| extension == *known)
}

fn whole_volume(name: &str) -> ReadError {
    ReadError::Unsupported {
        format: "folder",
        feature: format!(
            "{name}, which is a volume of its own, among its pictures; in a volume each file is one B-scan"
        ),
        advice: "import that file by itself",
    }
}

/// Orders names as a person does: `b2` before `b10`; digits by value, everything else by character.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a, b);
    loop {
        let (run_a, rest_a) = first_run(left);
        let (run_b, rest_b) = first_run(right);
        let order = compare_runs(run_a, run_b);
        if order != Ordering::Equal || (run_a.is_empty() && run_b.is_empty()) {
            // Names that differ in leading zeros only still need an order that does not depend on the disk.
            return order.then_with(|| a.cmp(b));
        }
        (left, right) = (rest_a, rest_b);
    }
}

/// Splits off the longest run of digits or of other characters.
fn first_run(name: &str) -> (&str, &str) {
    let is_digit = name.starts_with(|c: char| c.is_ascii_digit());
    let end = name
        .find(|c: char| c.is_ascii_digit() != is_digit)
        .unwrap_or(name.len());
    name.split_at(end)
}

fn compare_runs(a: &str, b: &str) -> Ordering {
    let digits = |run: &str| run.starts_with(|c: char| c.is_ascii_digit());
    if !(digits(a) && digits(b)) {
        return a.to_lowercase().cmp(&b.to_lowercase());
    }
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_as_people_count() {
        let mut names = [
            "b10.png",
            "b9.png",
            "B1.png",
            "b010.png",
            "b2x3.png",
            "b2.png",
            "a.png",
            "b2x20.png",
            "",
        ];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(
            names,
            [
                "",
                "a.png",
                "B1.png",
                "b2.png",
                "b2x3.png",
                "b2x20.png",
                "b9.png",
                "b010.png",
                "b10.png"
            ]
        );
    }
}
