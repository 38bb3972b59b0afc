//! A folder of pictures as one volume.

mod contents;

use std::path::{Path, PathBuf};

use super::beside::Beside;
use super::notes::Notes;
use super::origins::Origins;
use super::sniff::Kind;
use super::{dicom, frames_of, heyex_xml, read_file};
use crate::frame::same_size;
use crate::{Budget, ReadError, SourceFormat, Volume};
use contents::{Found, contents};

/// Reads all pictures of a folder, in natural order of their names, as the B-scans of one volume; or the files of a
/// DICOM series. Other files are left out and counted. A picture that cannot be read, or that only its name calls one,
/// refuses the whole folder, and so do DICOM files among pictures: none is dropped. The folder of an export to HEYEX
/// XML is that export.
pub(crate) fn read(folder: &Path, budget: &Budget) -> Result<Volume, ReadError> {
    match content_of(folder, budget)? {
        Content::HeyexExport(xml) => {
            heyex_xml::read(&read_file(&xml, budget)?, &Beside::file(&xml), budget)
        }
        Content::DicomSeries { slices, left_out } => {
            let mut volume = dicom::read_series(&slices, budget)?;
            warn_of_left_out(&mut volume, left_out, ["DICOM file", "DICOM files"]);
            Ok(volume)
        }
        Content::Pictures { files, left_out } => {
            let mut volume = read_pictures(&files, budget)?;
            warn_of_left_out(&mut volume, left_out, ["picture", "pictures"]);
            Ok(volume)
        }
    }
}

/// What the files say of the B-scans that [`read`] reads.
pub(super) fn origins(folder: &Path, budget: &Budget) -> Result<Origins, ReadError> {
    Ok(match content_of(folder, budget)? {
        Content::HeyexExport(xml) => {
            Origins::named(heyex_xml::picture_names(&read_file(&xml, budget)?, budget)?)
        }
        Content::DicomSeries { slices, .. } => {
            Origins::of_dicom(dicom::series_sources(&slices, budget)?)
        }
        Content::Pictures { files, .. } => {
            Origins::named(files.into_iter().map(|file| file.name).collect())
        }
    })
}

/// What a folder is read as. Files that are nothing of it are counted.
enum Content {
    /// The XML file of an export, which names the pictures beside it.
    HeyexExport(PathBuf),
    DicomSeries {
        slices: Vec<PathBuf>,
        left_out: usize,
    },
    /// One B-scan each.
    Pictures {
        files: Vec<Picture>,
        left_out: usize,
    },
}

struct Picture {
    path: PathBuf,
    name: String,
    kind: Kind,
}

fn content_of(folder: &Path, budget: &Budget) -> Result<Content, ReadError> {
    let found = contents(folder, budget)?;
    if let Some(export) = heyex_export(&found)? {
        return Ok(Content::HeyexExport(export.clone()));
    }
    match found.iter().any(|file| file.is(Kind::Dicom)) {
        true => series(found),
        false => pictures(found),
    }
}

/// The DICOM files as the slices of one series.
fn series(found: Vec<Found>) -> Result<Content, ReadError> {
    let (mut slices, mut left_out) = (Vec::new(), 0);
    for file in found {
        match file.kind {
            Ok(Kind::Dicom) => slices.push(file.path),
            Ok(_) => return Err(stranger(&file.name)),
            Err(_) => {
                file.refuse_lost()?;
                left_out += 1;
            }
        }
    }
    Ok(Content::DicomSeries { slices, left_out })
}

/// The pictures as the B-scans of one volume.
fn pictures(found: Vec<Found>) -> Result<Content, ReadError> {
    let (mut files, mut left_out) = (Vec::new(), 0);
    for file in found {
        match file.kind {
            Ok(kind @ (Kind::Png | Kind::Tiff | Kind::Bmp | Kind::Jpeg)) => files.push(Picture {
                path: file.path,
                name: file.name,
                kind,
            }),
            Ok(_) => return Err(whole_volume(&file.name)),
            Err(_) => {
                file.refuse_lost()?;
                left_out += 1;
            }
        }
    }
    match files.is_empty() {
        true => Err(ReadError::EmptyFolder),
        false => Ok(Content::Pictures { files, left_out }),
    }
}

fn read_pictures(files: &[Picture], budget: &Budget) -> Result<Volume, ReadError> {
    let mut frames = Vec::with_capacity(files.len());
    let mut notes = Notes::default();
    let mut left = *budget;
    for file in files {
        let in_file = |error: ReadError| error.in_file(&file.name);
        let bytes = read_file(&file.path, budget).map_err(in_file)?;
        let (mut pages, said) = frames_of(file.kind, &bytes, &left).map_err(in_file)?;
        let (Some(frame), true) = (pages.pop(), pages.is_empty()) else {
            return Err(whole_volume(&file.name));
        };
        notes.join(said);
        left.max_decoded_bytes = left.max_decoded_bytes.saturating_sub(frame.decoded_bytes());
        frames.push(frame);
    }
    same_size(frames.iter().map(|frame| frame.size), |index| {
        files[index].name.clone()
    })?;
    let mut volume = Volume::of_frames(frames, SourceFormat::Folder);
    notes.apply(&mut volume);
    Ok(volume)
}

/// Says how many files are none of those that were read, which are called by `names`: one, several.
fn warn_of_left_out(volume: &mut Volume, count: usize, names: [&str; 2]) {
    let [one, several] = names;
    let said = match count {
        0 => return,
        1 => format!("1 file of the folder is no {one} and was left out."),
        _ => format!("{count} files of the folder are no {several} and were left out."),
    };
    volume.warnings.push(said);
}

/// The XML file of an export, which names the pictures beside it; none in a folder of pictures.
fn heyex_export(found: &[Found]) -> Result<Option<&PathBuf>, ReadError> {
    let mut exports = found.iter().filter(|file| file.is(Kind::HeyexXml));
    match (exports.next(), exports.count()) {
        (first, 0) => Ok(first.map(|file| &file.path)),
        (_, others) => Err(ReadError::Unsupported {
            format: "folder",
            feature: format!("{} HEYEX XML exports", others + 1),
            advice: "choose the XML file of one of them",
        }),
    }
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// The name stands outside the sentence, where those who store it can leave it out.
fn refused(name: &str, feature: &str, advice: &'static str) -> ReadError {
    let fault = ReadError::Unsupported {
        format: "scan",
        feature: feature.to_owned(),
        advice,
    };
    fault.in_file(name)
}

fn whole_volume(name: &str) -> ReadError {
    refused(
        name,
        "a volume of its own where each file of the folder is one B-scan",
        "import that file by itself",
    )
}

fn stranger(name: &str) -> ReadError {
    refused(
        name,
        "its place among the DICOM files of a series and is none of them",
        "put them in separate folders, or import one file by itself",
    )
}
