//! Files and folders that appear with everything in them, or not at all, and never in place of something else.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::WriteError;

/// Names that are tried before a folder counts as one in which nothing can be made.
const NAMES_MAX: u32 = 1_000;

/// Files and folders under names of their own, beside where they are to be, until all of them are whole. Dropped before
/// [`Staged::finish`], it takes away what it made, and nothing else.
#[derive(Debug, Default)]
pub struct Staged {
    pending: Vec<Pending>,
}

#[derive(Debug)]
struct Pending {
    target: PathBuf,
    partial: PathBuf,
    is_folder: bool,
}

impl Staged {
    /// Writes the whole of a file that is to be `target`, which must not be there.
    pub fn file(&mut self, target: &Path, bytes: &[u8]) -> Result<(), WriteError> {
        let mut file = self.open(target)?;
        file.write_all(bytes).map_err(unwritable(target))
    }

    /// A new file that is to be `target`, which must not be there; to be written before [`Staged::finish`].
    pub fn open(&mut self, target: &Path) -> Result<File, WriteError> {
        let (file, partial) = beside(target, |partial| File::create_new(partial))?;
        self.pending.push(Pending {
            target: target.to_owned(),
            partial,
            is_folder: false,
        });
        Ok(file)
    }

    /// Writes a file into what is to be the folder `target`, which must not be there before the first one. `name` is
    /// relative, with `/` between folders, which are made.
    pub fn in_folder(&mut self, target: &Path, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let known = self
            .pending
            .iter()
            .find(|pending| pending.is_folder && pending.target == target);
        let folder = match known {
            Some(pending) => pending.partial.clone(),
            None => self.folder(target)?,
        };
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, bytes))
            .map_err(unwritable(&target.join(name)))
    }

    fn folder(&mut self, target: &Path) -> Result<PathBuf, WriteError> {
        let ((), partial) = beside(target, |partial| fs::create_dir(partial))?;
        self.pending.push(Pending {
            target: target.to_owned(),
            partial: partial.clone(),
            is_folder: true,
        });
        Ok(partial)
    }

    /// Gives everything its name. Where one thing cannot have it, for instance because something of that name has
    /// appeared meanwhile, what has its name already goes as well.
    pub fn finish(mut self) -> Result<(), WriteError> {
        for index in 0..self.pending.len() {
            if let Err(error) = self.pending[index].put_in_place() {
                let done = self.pending.drain(..index);
                done.for_each(|pending| take_away(&pending.target, pending.is_folder));
                return Err(error);
            }
        }
        self.pending.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for pending in &self.pending {
            take_away(&pending.partial, pending.is_folder);
        }
    }
}

impl Pending {
    fn put_in_place(&self) -> Result<(), WriteError> {
        let Self {
            target, partial, ..
        } = self;
        let put = match self.is_folder {
            // A rename of a folder replaces nothing but a folder that is empty.
            true => refuse_existing(target).map(|()| fs::rename(partial, target))?,
            false => put_file(partial, target)?,
        };
        put.map_err(|reason| match is_there(target) {
            true => exists(target),
            false => unwritable(target)(reason),
        })
    }
}

/// A second name is refused where there is something of that name, whenever it came. Some file systems know no second
/// names: there it is looked for just before the rename.
fn put_file(partial: &Path, target: &Path) -> Result<io::Result<()>, WriteError> {
    if fs::hard_link(partial, target).is_ok() {
        // The file has its name; the other one is of use to nobody.
        let _ = fs::remove_file(partial);
        return Ok(Ok(()));
    }
    refuse_existing(target)?;
    Ok(fs::rename(partial, target))
}

/// Refuses what is there already: a file, a folder, or a link, even one that leads nowhere.
pub fn refuse_existing(target: &Path) -> Result<(), WriteError> {
    match is_there(target) {
        false => Ok(()),
        true => Err(exists(target)),
    }
}

fn is_there(target: &Path) -> bool {
    target.symlink_metadata().is_ok()
}

fn exists(target: &Path) -> WriteError {
    WriteError::Exists {
        name: target.display().to_string(),
    }
}

/// Makes something beside `target` under a name that nothing had before.
fn beside<T>(
    target: &Path,
    make: impl Fn(&Path) -> io::Result<T>,
) -> Result<(T, PathBuf), WriteError> {
    refuse_existing(target)?;
    for number in 0..NAMES_MAX {
        let name = format!("fovea-{}-{number}.partial", std::process::id());
        let partial = target.with_file_name(name);
        match make(&partial) {
            Ok(made) => return Ok((made, partial)),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {}
            Err(reason) => return Err(unwritable(target)(reason)),
        }
    }
    Err(unwritable(target)(io::Error::from(
        io::ErrorKind::AlreadyExists,
    )))
}

/// The fault itself is what a person must hear; what is left of a failed run is not worth a second one.
fn take_away(path: &Path, is_folder: bool) {
    let _ = match is_folder {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
}

pub(crate) fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let name = path.display().to_string();
    move |reason| WriteError::Unwritable { name, reason }
}
