//! The folder that holds everything this program keeps.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Names the folder when `--data-dir` does not.
pub(crate) const DATA_DIR_ENV: &str = "FOVEA_DATA_DIR";

/// The encrypted store in the folder.
pub(crate) const STORE_FILE: &str = "store.db";

/// The folder that was asked for, or the user's own; it may not be there yet.
pub(crate) fn locate(chosen: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let folder = match chosen.or_else(|| std::env::var_os(DATA_DIR_ENV).filter(|dir| !dir.is_empty()).map(Into::into)) {
        Some(folder) => folder,
        None => default_folder(&|name| std::env::var_os(name).map(PathBuf::from)).context(
            "No folder for Fovea's data was found: set HOME, or start Fovea with --data-dir and a folder.",
        )?,
    };
    Ok(folder)
}

/// As [`locate`]; the folder is made, for this user alone, if it is not there.
pub(crate) fn open(chosen: Option<PathBuf>) -> anyhow::Result<PathBuf> {
    let folder = locate(chosen)?;
    make_private(&folder).with_context(|| {
        format!(
            "The data folder {} cannot be made: choose another one with --data-dir, or check its rights.",
            folder.display()
        )
    })?;
    std::path::absolute(&folder)
        .with_context(|| format!("The data folder {} has no full path.", folder.display()))
}

/// A short tag that tells one data folder from another in names outside it.
pub(crate) fn tag(data_dir: &Path) -> String {
    let hash = fovea_annotation::ContentHash::of(data_dir.as_os_str().as_encoded_bytes());
    hash.to_hex().chars().take(16).collect()
}

fn default_folder(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let absolute = |name| variable(name).filter(|path| path.is_absolute());
    let base = if cfg!(target_os = "windows") {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        absolute("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("fovea"))
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    // A folder that was there before may be open to others.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    // The user's profile folder is private already.
    std::fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_default_follows_xdg() {
        let with = |xdg: Option<&str>, home: Option<&str>| {
            let (xdg, home) = (xdg.map(PathBuf::from), home.map(PathBuf::from));
            default_folder(&|name| {
                if name == "HOME" {
                    home.clone()
                } else {
                    xdg.clone()
                }
            })
        };
        assert_eq!(with(Some("/x"), Some("/h")), Some("/x/fovea".into()));
        assert_eq!(
            with(Some("relative"), Some("/h")),
            Some("/h/.local/share/fovea".into())
        );
        assert_eq!(with(None, Some("/h")), Some("/h/.local/share/fovea".into()));
        assert_eq!(with(None, None), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_folder_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("a/b");
        for _ in 0..2 {
            assert_eq!(open(Some(folder.clone())).expect("made"), folder);
            let mode = std::fs::metadata(&folder)
                .expect("there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o700);
            std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755))
                .expect("opened");
        }
        let file = parent.path().join("file");
        std::fs::write(&file, b"").expect("written");
        let error = open(Some(file)).expect_err("a file is no folder");
        assert!(error.to_string().contains("--data-dir"), "{error}");
    }

    #[test]
    fn tags_tell_folders_apart() {
        assert_eq!(tag(Path::new("/a")), tag(Path::new("/a")));
        assert_ne!(tag(Path::new("/a")), tag(Path::new("/b")));
        assert_eq!(tag(Path::new("/a")).len(), 16);
    }
}
