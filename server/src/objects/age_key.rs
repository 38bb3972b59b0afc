//! The key of the local object store: an age identity file beside the data, readable by its owner only.
//!
//! Any `age` tool decrypts an object with it: `age -d -i objects.agekey objects/ab/<sha256>.age`.
//! Whoever has a copy of the objects and not of this file has nothing.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use age::secrecy::ExposeSecret as _;
use age::x25519::Identity;

use super::ObjectError;

/// Reads the identity at `path`, or makes one where there is none.
pub(crate) fn load_or_create_identity(path: &Path) -> Result<Identity, ObjectError> {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => create(path),
        Err(error) => Err(ObjectError::Key(error)),
    }
}

fn parse(text: &str) -> Result<Identity, ObjectError> {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#'));
    line.and_then(|line| line.parse().ok())
        .ok_or(ObjectError::KeyFormat)
}

fn create(path: &Path) -> Result<Identity, ObjectError> {
    let identity = Identity::generate();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(ObjectError::Key)?;
    let text = format!(
        "# key of the object store; keep a copy apart from the data\n{}\n",
        identity.to_string().expose_secret()
    );
    file.write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(ObjectError::Key)?;
    sync_folder(path).map_err(ObjectError::Key)?;
    Ok(identity)
}

/// The name of a new file is durable only after its folder was synced.
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => std::fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_belongs_to_its_owner() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("objects.agekey");
        let made = load_or_create_identity(&path).expect("makes");
        let read = load_or_create_identity(&path).expect("reads");
        assert_eq!(made.to_public().to_string(), read.to_public().to_string());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path)
                .expect("is there")
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::write(&path, "nonsense").expect("writes");
        assert!(matches!(
            load_or_create_identity(&path),
            Err(ObjectError::KeyFormat)
        ));
    }
}
