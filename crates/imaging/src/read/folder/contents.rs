//! What lies in a folder, told by the first bytes of each file.

use std::fs;
use std::path::{Path, PathBuf};

use super::name_of;
use crate::natural::natural;
use crate::read::sniff::{Kind, sniff};
use crate::read::{head_of, nifti};
use crate::{Budget, ReadError};

/// Endings of files in which a B-scan is looked for. Of another content, such a file is a B-scan that was lost on the way.
const ENDINGS: [&str; 12] = [
    "png", "tif", "tiff", "bmp", "jpg", "jpeg", "gif", "webp", "jp2", "j2k", "dcm", "dicom",
];
/// Media Storage SOP Class UID with the class of a DICOMDIR.
const DICOM_DIRECTORY: &[u8] = b"\x02\0\x02\0UI\x14\x001.2.840.10008.1.3.10";

/// A visible file directly in the folder.
pub(super) struct Found {
    pub(super) path: PathBuf,
    pub(super) name: String,
    /// Its format, or why it is none.
    pub(super) kind: Result<Kind, ReadError>,
}

impl Found {
    /// The first bytes decide; what is wrong with them is no fault of the folder yet.
    fn of(path: PathBuf) -> Result<Option<Self>, ReadError> {
        let name = name_of(&path);
        let head = head_of(&path).map_err(|error| error.in_file(&name))?;
        let kind = match sniff(&head) {
            // The index of a medium has no picture of its own.
            Ok(Kind::Dicom) if has(&head, DICOM_DIRECTORY) => return Ok(None),
            Ok(Kind::Nifti) if is_other_archive(&head) => Err(ReadError::not_recognised(&head)),
            kind => kind,
        };
        Ok(Some(Self { path, name, kind }))
    }

    pub(super) fn is(&self, kind: Kind) -> bool {
        self.kind.as_ref().is_ok_and(|found| *found == kind)
    }

    /// Refuses what has the name of a B-scan and the content of none.
    pub(super) fn refuse_lost(self) -> Result<(), ReadError> {
        let ending = self.path.extension().unwrap_or_default();
        let ending = ending.to_ascii_lowercase();
        match self.kind {
            Err(error) if ENDINGS.iter().any(|known| ending == *known) => {
                Err(error.in_file(self.name))
            }
            _ => Ok(()),
        }
    }
}

/// The files in natural order of their names. A link that leads nowhere is refused: it may have been a B-scan.
pub(super) fn contents(folder: &Path, budget: &Budget) -> Result<Vec<Found>, ReadError> {
    let unreadable = |path: &Path, reason| ReadError::Unreadable {
        name: path.display().to_string(),
        reason,
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|reason| unreadable(folder, reason))? {
        let path = entry.map_err(|reason| unreadable(folder, reason))?.path();
        if name_of(&path).starts_with('.') {
            continue;
        }
        let metadata = fs::metadata(&path).map_err(|reason| unreadable(&path, reason))?;
        if metadata.is_file() {
            paths.push(path);
            budget.frames("The folder", paths.len() as u64)?;
        }
    }
    paths.sort_by(|a, b| natural(&name_of(a), &name_of(b)));
    let found: Result<Vec<_>, _> = paths.into_iter().map(Found::of).collect();
    Ok(found?.into_iter().flatten().collect())
}

fn has(head: &[u8], part: &[u8]) -> bool {
    head.windows(part.len()).any(|window| window == part)
}

/// Every gzip archive counts as NIfTI until its inside has been seen.
fn is_other_archive(head: &[u8]) -> bool {
    head.starts_with(nifti::GZIP) && !nifti::is_packed_image(head)
}
