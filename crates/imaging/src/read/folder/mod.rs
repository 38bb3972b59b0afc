//! A folder of pictures as one volume.

use std::fs;
use std::path::{Path, PathBuf};

use super::beside::Beside;
use super::notes::Notes;
use super::sniff::{Kind, sniff};
use super::{dicom, frames_of, head_of, heyex_xml, read_file};
use crate::frame::same_size;
use crate::natural::natural;
use crate::{Budget, ReadError, SourceFormat, Volume};

/// Reads all pictures of a folder, in natural order of their names, as the B-scans of one volume. Files that are
/// no pictures are left out and counted; a picture that cannot be read refuses the whole folder. The folder of an
/// export to HEYEX XML is that export.
pub(crate) fn read(folder: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    let mut names = Vec::new();
    let mut frames = Vec::new();
    let mut notes = Notes::default();
    let mut left_out = 0_usize;
    let mut left = *budget;
    let files = files(folder, budget)?;
    if let Some(export) = heyex_export(&files)? {
        return heyex_xml::read(&read_file(&export, budget)?, &Beside::file(&export), budget);
    }
    let dicom = files_of(&files, Kind::Dicom)?;
    if !dicom.is_empty() {
        let mut volume = dicom::read_series(&dicom, budget)?;
        warn_of_left_out(&mut volume, files.len() - dicom.len());
        return Ok(volume);
    }
    for path in files {
        let name = name_of(&path);
        let bytes = read_file(&path, budget).map_err(|error| error.in_file(&name))?;
        let kind = match sniff(&bytes) {
            Ok(kind @ (Kind::Png | Kind::Tiff | Kind::Bmp | Kind::Jpeg)) => kind,
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
                notes.join(Notes::of(kind, &bytes));
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
    notes.apply(&mut volume);
    warn_of_left_out(&mut volume, left_out);
    Ok(volume)
}

fn warn_of_left_out(volume: &mut Volume, count: usize) {
    if count > 0 {
        volume.warnings.push(format!(
            "{count} files of the folder are no pictures and were left out."
        ));
    }
}

/// The files whose content starts as that of `kind`.
fn files_of(files: &[PathBuf], kind: Kind) -> Result<Vec<PathBuf>, ReadError> {
    let mut found = Vec::new();
    for path in files {
        let head = head_of(path).map_err(|error| error.in_file(name_of(path)))?;
        if sniff(&head).is_ok_and(|sniffed| sniffed == kind) {
            found.push(path.clone());
        }
    }
    Ok(found)
}

/// The XML file of an export, which names the pictures beside it; none in a folder of pictures.
fn heyex_export(files: &[PathBuf]) -> Result<Option<PathBuf>, ReadError> {
    let mut exports = files_of(files, Kind::HeyexXml)?;
    match exports.len() {
        0 | 1 => Ok(exports.pop()),
        count => Err(ReadError::Unsupported {
            format: "folder",
            feature: format!("{count} HEYEX XML exports"),
            advice: "choose the XML file of one of them",
        }),
    }
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

pub(crate) fn name_of(path: &Path) -> String {
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
