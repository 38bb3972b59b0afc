//! The files of the checkout, as git sees them.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The folder of the workspace that `xtask` was built in.
pub(crate) fn workspace_root() -> Result<PathBuf> {
    // The manifest's folder at run time where cargo gives it, so that a binary shared between checkouts reads this one.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    match manifest {
        Some(xtask) => Ok(xtask
            .parent()
            .context("xtask lies inside the workspace")?
            .to_path_buf()),
        None => std::env::current_dir().context("the current folder is gone"),
    }
}

/// Paths relative to `root` of every tracked file, and every new one that git does not ignore, with one of `extensions`.
/// An empty list of extensions means all files.
pub(crate) fn files(root: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let listing = Command::new("git")
        .args([
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            "-z",
        ])
        .current_dir(root)
        .output()
        .context("git did not start; install git")?;
    if !listing.status.success() {
        bail!(
            "git could not list the files of {}; is it a checkout?",
            root.display()
        );
    }
    let text = String::from_utf8(listing.stdout).context("a file name is not UTF-8; rename it")?;
    let wanted = |path: &PathBuf| {
        extensions.is_empty()
            || path
                .extension()
                .is_some_and(|e| extensions.iter().any(|wanted| e == *wanted))
    };
    let mut files: Vec<PathBuf> = text
        .split_terminator('\0')
        .map(PathBuf::from)
        .filter(wanted)
        .filter(|path| root.join(path).is_file())
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}
