//! The key under which identifiers are replaced. With it the same patient gets the same pseudonym; without it nobody can
//! tell which.

use std::io::{self, Read as _};
use std::path::Path;

use fovea_annotation::ContentHash;

use crate::secret_file;

const LEN: usize = 32;

/// What the database knows the key by; the key cannot be found from it.
pub(crate) fn site_key_mark(key: &[u8; LEN]) -> String {
    ContentHash::of_parts(&[b"fovea.site-key/1", key]).to_hex()
}

/// Reads the key at `path`, or makes one where there is none.
pub(crate) fn load_or_create_site_key(path: &Path) -> io::Result<[u8; LEN]> {
    match std::fs::File::open(path) {
        Ok(file) => read(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        Err(error) => Err(error),
    }
}

fn read(file: std::fs::File) -> io::Result<[u8; LEN]> {
    let mut bytes = Vec::with_capacity(LEN + 1);
    file.take(LEN as u64 + 1).read_to_end(&mut bytes)?;
    let damaged = |_| io::Error::other("it is damaged; restore it from its copy");
    bytes.try_into().map_err(damaged)
}

fn create(path: &Path) -> io::Result<[u8; LEN]> {
    let mut key = [0; LEN];
    getrandom::fill(&mut key).map_err(|error| io::Error::other(error.to_string()))?;
    match secret_file::create(path, &key)? {
        true => Ok(key),
        // Another process was faster.
        false => read(std::fs::File::open(path)?),
    }
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
