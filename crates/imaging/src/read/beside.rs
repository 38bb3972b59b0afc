//! Files that belong to the one that was chosen and lie beside it.

use std::path::{Component, Path};

use super::read_file;
use crate::{Budget, ReadError};

/// The path of the chosen file, or none when only its bytes are at hand.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    chosen: Option<&'a Path>,
}

impl<'a> Beside<'a> {
    /// Nothing can be looked up.
    pub(crate) const NOTHING: Self = Self { chosen: None };

    pub(crate) fn file(path: &'a Path) -> Self {
        Self { chosen: Some(path) }
    }

    /// Content of the file called `name`. A name that comes from a file may only point into the same folder, so
    /// that a scan cannot pull in anything else that this user may read.
    pub(crate) fn read(&self, name: &str, budget: &Budget) -> Result<Vec<u8>, ReadError> {
        let mut parts = Path::new(name).components();
        let is_plain = matches!(
            (parts.next(), parts.next()),
            (Some(Component::Normal(_)), None)
        );
        let folder = self.chosen.and_then(Path::parent);
        match folder.filter(|_| is_plain && !name.contains('\\')) {
            Some(folder) => read_file(&folder.join(name), budget),
            None => Err(ReadError::NotBeside),
        }
    }

    /// The file of the chosen one's name but with the first of these extensions that there is, and which of them that was.
    /// A `.gz` behind the chosen name's own extension does not count.
    pub(crate) fn sibling(
        &self,
        extensions: &[&str],
        budget: &Budget,
    ) -> Result<(Vec<u8>, usize), ReadError> {
        let chosen = self.chosen.ok_or(ReadError::NotBeside)?;
        let is_packed = chosen
            .extension()
            .is_some_and(|extension| extension == "gz");
        let stem = if is_packed {
            chosen.with_extension("")
        } else {
            chosen.to_owned()
        };
        let paths = extensions
            .iter()
            .map(|extension| stem.with_extension(extension));
        let found = paths
            .enumerate()
            .find(|(_, path)| path.is_file() && path != chosen);
        let (which, path) = found.ok_or(ReadError::NotBeside)?;
        Ok((read_file(&path, budget)?, which))
    }
}
