//! Result files that are named by the user: all of them appear, or none, and never in place of something else.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::exit::Failure;

/// Names that are tried before a folder counts as one in which nothing can be made.
const NAMES_MAX: u32 = 1_000;

/// Files and folders under names of their own until all of them are whole. Dropped before [`Written::finish`], it takes
/// away what it made, and nothing else.
#[derive(Default)]
pub(super) struct Written {
    pending: Vec<Pending>,
}

struct Pending {
    target: PathBuf,
    /// Where it is so far, beside the target.
    partial: PathBuf,
    is_folder: bool,
}

impl Written {
    /// Writes a file called `name` into what is to be the folder `target`.
    pub(super) fn in_folder(
        &mut self,
        target: &Path,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        let mut pending = self.pending.iter();
        let known = pending.find(|known| known.is_folder && known.target == target);
        let folder = match known {
            Some(known) => known.partial.clone(),
            None => {
                let ((), partial) = beside(target, |partial| fs::create_dir(partial))?;
                self.note(target, &partial, true);
                partial
            }
        };
        fs::write(folder.join(name), bytes).map_err(|reason| failure(target, &reason))
    }

    /// Writes a file of its own.
    pub(super) fn file(&mut self, target: &Path, bytes: &[u8]) -> Result<(), Failure> {
        let (mut file, partial) = beside(target, |partial| File::create_new(partial))?;
        self.note(target, &partial, false);
        file.write_all(bytes)
            .map_err(|reason| failure(target, &reason))
    }

    fn note(&mut self, target: &Path, partial: &Path, is_folder: bool) {
        self.pending.push(Pending {
            target: target.to_owned(),
            partial: partial.to_owned(),
            is_folder,
        });
    }

    /// Gives everything its name. Where one thing cannot have it, for instance because something of that name has
    /// appeared meanwhile, what has its name already goes as well.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        for index in 0..self.pending.len() {
            if let Err(failure) = self.pending[index].put_in_place() {
                for done in self.pending.drain(..index) {
                    take_away(&done.target, done.is_folder);
                }
                return Err(failure);
            }
        }
        self.pending.clear();
        Ok(())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        for pending in &self.pending {
            take_away(&pending.partial, pending.is_folder);
        }
    }
}

impl Pending {
    fn put_in_place(&self) -> Result<(), Failure> {
        let (partial, target) = (&self.partial, &self.target);
        // A second name is refused where there is something of that name, whenever it came.
        if !self.is_folder && fs::hard_link(partial, target).is_ok() {
            // The file has its name; the other one is of use to nobody.
            let _ = fs::remove_file(partial);
            return Ok(());
        }
        // A folder is put in the place of an empty one at most. Some file systems know no second names: there it is
        // looked once more, just before.
        refuse_existing(target)?;
        fs::rename(partial, target).map_err(|reason| failure(target, &reason))
    }
}

/// Refuses what is there already: a file, a folder, or a link, even one that leads nowhere.
pub(super) fn refuse_existing(target: &Path) -> Result<(), Failure> {
    match target.symlink_metadata() {
        Err(_) => Ok(()),
        Ok(_) => Err(Failure::usage(format!(
            "{} is there already; choose another name.",
            target.display()
        ))),
    }
}

/// Makes something beside `target` under a name that nothing had before.
fn beside<T>(
    target: &Path,
    make: impl Fn(&Path) -> io::Result<T>,
) -> Result<(T, PathBuf), Failure> {
    for number in 0..NAMES_MAX {
        let name = format!("fovea-{}-{number}.partial", std::process::id());
        let partial = target.with_file_name(name);
        match make(&partial) {
            Ok(made) => return Ok((made, partial)),
            Err(reason) if reason.kind() == io::ErrorKind::AlreadyExists => {}
            Err(reason) => return Err(failure(target, &reason)),
        }
    }
    Err(failure(target, &io::ErrorKind::AlreadyExists.into()))
}

/// What is left of a failed run is of no use to anybody.
fn take_away(path: &Path, is_folder: bool) {
    let _ = match is_folder {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    };
}

fn failure(target: &Path, reason: &io::Error) -> Failure {
    Failure::environment(format!(
        "{} cannot be written: {reason}; check that the folder exists and has room.",
        target.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::exit::USAGE;

    #[test]
    fn nothing_takes_the_place_of_what_appeared_meanwhile() {
        type Write = fn(&mut Written, &Path) -> Result<(), Failure>;
        let cases: [(&str, Write); 2] = [
            ("file", |written, target| written.file(target, b"new")),
            ("folder", |written, target| {
                written.in_folder(target, "a", b"new")
            }),
        ];
        for (name, write) in cases {
            let folder = tempfile::tempdir().expect("a folder");
            let path = |name: &str| folder.path().join(name);
            let mut written = Written::default();
            written.file(&path("first"), b"new").expect("writes");
            write(&mut written, &path("second")).expect("writes");
            fs::write(path("second"), b"precious").expect("writes");
            let failure = written.finish().expect_err(name);
            assert_eq!(failure.code, USAGE, "{name}: {}", failure.sentence);
            let left: Vec<_> = fs::read_dir(folder.path())
                .expect("a folder")
                .map(|entry| entry.expect("an entry").file_name())
                .collect();
            assert_eq!(left, ["second"], "{name}");
            assert_eq!(fs::read(path("second")).expect("reads"), b"precious");
        }
    }
}
