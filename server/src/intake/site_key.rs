//! The key under which identifiers are replaced. With it the same patient gets the same pseudonym; without it nobody can
//! tell which.

use std::fs::OpenOptions;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use fovea_intake::SiteKey;

const LEN: usize = 32;

/// Reads the key at `path`, or makes one where there is none.
pub(crate) fn load_or_create_site_key(path: &Path) -> io::Result<SiteKey> {
    match std::fs::File::open(path) {
        Ok(file) => {
            let mut bytes = Vec::with_capacity(LEN + 1);
            file.take(LEN as u64 + 1).read_to_end(&mut bytes)?;
            let key: [u8; LEN] = bytes.try_into().map_err(|_| {
                io::Error::other("the site key is damaged; restore it from its copy")
            })?;
            Ok(SiteKey::new(key))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(error) => Err(error),
    }
}

fn create(path: &Path) -> io::Result<SiteKey> {
    let mut key = [0; LEN];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(&key)?;
    file.sync_all()?;
    // The name of a new file is durable only after its folder was synced.
    if let Some(folder) = path.parent() {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(SiteKey::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_refused_when_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("site.key");
        load_or_create_site_key(&path).expect("makes");
        let made = std::fs::read(&path).expect("is there");
        load_or_create_site_key(&path).expect("reads");
        assert_eq!(std::fs::read(&path).expect("is there"), made);
        std::fs::write(&path, &made[1..]).expect("writes");
        assert!(load_or_create_site_key(&path).is_err());
    }
}
