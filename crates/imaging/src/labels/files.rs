//! The label files of one import, one per picture, and the files that say what they mean.

use std::fs;
use std::path::Path;

use super::text::in_utf8;
use crate::natural::natural;
use crate::read::read_file;
use crate::{Budget, ReadError};

/// A file of labels for one picture.
pub(crate) struct LabelFile {
    /// Its name without folder; empty where only its bytes are known.
    pub(crate) name: String,
    /// Text is in UTF-8.
    pub(crate) content: Vec<u8>,
}

impl LabelFile {
    pub(crate) fn new(name: String, content: Vec<u8>) -> Self {
        let content = in_utf8(content);
        Self { name, content }
    }

    /// The fault, with the name of the file where it has one.
    pub(crate) fn blame(&self, error: ReadError) -> ReadError {
        match self.name.is_empty() {
            true => error,
            false => error.in_file(&self.name),
        }
    }
}

/// Visible files directly in `folder` in natural order of their names; together at most the budget of one file.
pub(crate) fn of_folder(folder: &Path, budget: &Budget) -> Result<Vec<LabelFile>, ReadError> {
    let unreadable = |reason| ReadError::Unreadable {
        name: folder.display().to_string(),
        reason,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        if path.is_file() && !name.starts_with('.') {
            names.push(name);
            budget.frames("The folder", names.len() as u64)?;
        }
    }
    names.sort_by(|a, b| natural(a, b));
    let mut left = *budget;
    let mut files = Vec::with_capacity(names.len());
    for name in names {
        let content =
            read_file(&folder.join(&name), &left).map_err(|error| error.in_file(&name))?;
        left.max_file_bytes -= content.len() as u64;
        files.push(LabelFile::new(name, content));
    }
    Ok(files)
}
