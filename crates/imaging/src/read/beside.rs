//! Files that belong to the one that was chosen and lie beside it.

use std::path::{Component, Path};

use super::read_file;
use crate::{Budget, ReadError};

/// The folder of the chosen file, or none when only its bytes are at hand.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    folder: Option<&'a Path>,
}

impl<'a> Beside<'a> {
    /// Nothing can be looked up.
    pub(crate) const NOTHING: Self = Self { folder: None };

    pub(crate) fn file(path: &'a Path) -> Self {
        Self {
            folder: path.parent(),
        }
    }

    /// Content of the file called `name`. A name that comes from a file may only point into the same folder, so
    /// that a scan cannot pull in anything else that this user may read.
    pub(crate) fn read(&self, name: &str, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        let mut parts = Path::new(name).components();
        let is_plain = matches!(
            (parts.next(), parts.next()),
            (Some(Component::Normal(_)), None)
        );
        match self.folder.filter(|_| is_plain && !name.contains('\\')) {
            Some(folder) => read_file(&folder.join(name), budget),
            None => Err(ReadError::NotBeside),
        }
    }
}
