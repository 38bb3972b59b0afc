//! What the files of a scan say of its B-scans beyond what a [`crate::Volume`] keeps.

use std::fs;
use std::path::Path;

use super::sniff::{Kind, sniff};
use super::{dicom, folder, head_of, heyex_xml, name_of, read_file};
use crate::{BscanSource, Budget, ReadError};

/// In the order of the B-scans; empty where the files say nothing.
#[derive(Default)]
pub(crate) struct Origins {
    /// Names of the picture files.
    pub(crate) image_names: Vec<String>,
    /// DICOM objects and planes.
    pub(crate) sources: Vec<BscanSource>,
}

impl Origins {
    pub(super) fn named(image_names: Vec<String>) -> Self {
        Self {
            image_names,
            ..Self::default()
        }
    }

    pub(super) fn of_dicom(sources: Vec<BscanSource>) -> Self {
        Self {
            sources,
            ..Self::default()
        }
    }
}

/// The origins of the B-scans that [`super::read_path`] reads from `path`.
pub(crate) fn origins_of(path: &Path, budget: &Budget) -> Result<Origins, ReadError> {
    if fs::metadata(path).is_ok_and(|metadata| metadata.is_dir()) {
        return folder::origins(path, budget);
    }
    Ok(match sniff(&head_of(path)?) {
        // With several pages it is no picture of one B-scan, and then there are too few names.
        Ok(Kind::Png | Kind::Tiff | Kind::Bmp | Kind::Jpeg) => Origins::named(vec![name_of(path)]),
        Ok(Kind::Dicom) => Origins::of_dicom(dicom::sources(&read_file(path, budget)?, budget)?),
        Ok(Kind::HeyexXml) => {
            Origins::named(heyex_xml::picture_names(&read_file(path, budget)?, budget)?)
        }
        _ => Origins::default(),
    })
}
