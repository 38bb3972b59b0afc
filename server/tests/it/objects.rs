//! Objects behind the server's back: small ones lie in the database, the others in the store.

use std::path::Path;

use fovea_annotation::ContentHash;

use crate::home::{self, digest, intrude};

/// An object as it lies there, sealed.
pub(crate) fn sealed(data: &Path, sha256: ContentHash) -> Vec<u8> {
    small(data, sha256).unwrap_or_else(|| home::stored(data, sha256))
}

/// Writes other bytes in its place.
pub(crate) fn write(data: &Path, sha256: ContentHash, bytes: &[u8]) {
    if small(data, sha256).is_none() {
        return home::write_stored(data, sha256, bytes);
    }
    let (bytes, digest) = (home::bytes(&hex::encode(bytes)), digest(sha256));
    let sql = format!("UPDATE small_objects SET sealed = {bytes} WHERE sha256 = {digest}");
    intrude(data, &sql).expect("writes");
}

/// Takes it away.
pub(crate) fn remove(data: &Path, sha256: ContentHash) {
    match small(data, sha256) {
        Some(_) => forget_small(data, sha256),
        None => home::remove_stored(data, sha256),
    }
}

/// Puts a small object into the store, as a program did that kept all objects there.
pub(crate) fn put_into_store(data: &Path, sha256: ContentHash) {
    let sealed = small(data, sha256).expect("is small");
    home::write_stored(data, sha256, &sealed);
    forget_small(data, sha256);
}

fn small(data: &Path, sha256: ContentHash) -> Option<Vec<u8>> {
    let (hex, digest) = (home::HEX_OF_SEALED, digest(sha256));
    let sql = format!("SELECT coalesce(max({hex}), '') FROM small_objects WHERE sha256 = {digest}");
    let found = hex::decode(intrude(data, &sql).expect("reads").trim()).expect("digits");
    (!found.is_empty()).then_some(found)
}

fn forget_small(data: &Path, sha256: ContentHash) {
    let digest = digest(sha256);
    let sql = format!("DELETE FROM small_objects WHERE sha256 = {digest}");
    intrude(data, &sql).expect("removes");
}
