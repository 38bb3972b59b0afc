//! A folder of pictures as one volume.

use std::fs;
use std::path::{Path, PathBuf};

use super::beside::Beside;
use super::notes::Notes;
use super::origins::Origins;
use super::sniff::{Kind, sniff};
use super::{dicom, frames_of, head_of, heyex_xml, read_file};
use crate::frame::same_size;
use crate::natural::natural;
use crate::{Budget, ReadError, SourceFormat, Volume};

/// Reads all pictures of a folder, in natural order of their names, as the B-scans of one volume. Files that are
/// no pictures are left out and counted; a picture that cannot be read refuses the whole folder. The folder of an
/// export to HEYEX XML is that export.
pub(crate) fn read(folder: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    let Listing { content, left_out } = list(folder, budget)?;
    let mut volume = match content {
        Content::HeyexExport(xml) => {
            return heyex_xml::read(&read_file(&xml, budget)?, &Beside::file(&xml), budget);
        }
        Content::DicomSeries(files) => dicom::read_series(&files, budget)?,
        Content::Pictures(files) => read_pictures(&files, budget)?,
    };
    if left_out > 0 {
        volume.warnings.push(format!(
            "{left_out} files of the folder are no pictures and were left out."
        ));
    }
    Ok(volume)
}

/// What the files say of the B-scans that [`read`] reads.
pub(super) fn origins(folder: &Path, budget: &Budget) -> Result<Origins, ReadError> {
    Ok(match list(folder, budget)?.content {
        Content::HeyexExport(xml) => {
            Origins::named(heyex_xml::picture_names(&read_file(&xml, budget)?, budget)?)
        }
        Content::DicomSeries(files) => Origins::of_dicom(dicom::series_sources(&files, budget)?),
        Content::Pictures(files) => {
            Origins::named(files.iter().map(|(path, _)| name_of(path)).collect())
        }
    })
}

/// What a folder is read as.
enum Content {
    /// The XML file of an export, which names the pictures beside it.
    HeyexExport(PathBuf),
    DicomSeries(Vec<PathBuf>),
    /// One B-scan each.
    Pictures(Vec<(PathBuf, Kind)>),
}

struct Listing {
    content: Content,
    /// Files that are nothing of the content.
    left_out: usize,
}

/// Tells what a folder holds by the first bytes of its files.
fn list(folder: &Path, budget: &Budget) -> Result<Listing, ReadError> {
    let mut files = Vec::new();
    for path in visible_files(folder, budget)? {
        let head = head_of(&path).map_err(|error| error.in_file(name_of(&path)))?;
        files.push((path, sniff(&head)));
    }
    if let Some(xml) = heyex_export(&files)? {
        return Ok(Listing {
            left_out: 0,
            content: Content::HeyexExport(xml),
        });
    }
    let dicom = files_of(&files, Kind::Dicom);
    if !dicom.is_empty() {
        return Ok(Listing {
            left_out: files.len() - dicom.len(),
            content: Content::DicomSeries(dicom),
        });
    }
    let (count, mut pictures) = (files.len(), Vec::new());
    for (path, kind) in files {
        match kind {
            Ok(kind @ (Kind::Png | Kind::Tiff | Kind::Bmp | Kind::Jpeg)) => {
                pictures.push((path, kind));
            }
            Ok(_) => return Err(whole_volume(&name_of(&path))),
            // An empty picture is a picture that was lost on the way, not a stranger.
            Err(ReadError::EmptyFile) if has_picture_name(&path) => {
                return Err(ReadError::EmptyFile.in_file(name_of(&path)));
            }
            Err(_) => {}
        }
    }
    match pictures.is_empty() {
        true => Err(ReadError::EmptyFolder),
        false => Ok(Listing {
            left_out: count - pictures.len(),
            content: Content::Pictures(pictures),
        }),
    }
}

fn read_pictures(files: &[(PathBuf, Kind)], budget: &Budget) -> Result<Volume, ReadError> {
    let mut frames = Vec::with_capacity(files.len());
    let mut notes = Notes::default();
    let mut left = *budget;
    for (path, kind) in files {
        let fault = |error: ReadError| error.in_file(name_of(path));
        let bytes = read_file(path, budget).map_err(fault)?;
        let mut found = frames_of(*kind, &bytes, &left).map_err(fault)?;
        match (found.pop(), found.is_empty()) {
            (Some(frame), true) => {
                notes.join(Notes::of(*kind, &bytes));
                left.max_decoded_bytes =
                    left.max_decoded_bytes.saturating_sub(frame.decoded_bytes());
                frames.push(frame);
            }
            _ => return Err(whole_volume(&name_of(path))),
        }
    }
    same_size(frames.iter().map(|frame| frame.size), |index| {
        name_of(&files[index].0)
    })?;
    let mut volume = Volume::of_frames(frames, SourceFormat::Folder);
    notes.apply(&mut volume);
    Ok(volume)
}

/// A file and what its first bytes say.
type Sniffed = (PathBuf, Result<Kind, ReadError>);

fn files_of(files: &[Sniffed], wanted: Kind) -> Vec<PathBuf> {
    let is_wanted =
        |kind: &Result<Kind, ReadError>| kind.as_ref().is_ok_and(|kind| *kind == wanted);
    let found = files.iter().filter(|(_, kind)| is_wanted(kind));
    found.map(|(path, _)| path.clone()).collect()
}

/// The XML file of an export; none in a folder of pictures.
fn heyex_export(files: &[Sniffed]) -> Result<Option<PathBuf>, ReadError> {
    let mut exports = files_of(files, Kind::HeyexXml);
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
fn visible_files(folder: &Path, budget: &Budget) -> Result<Vec<PathBuf>, ReadError> {
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
