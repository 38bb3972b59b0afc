//! Unique identifiers made from content, so that what is written twice is the same twice.

use fovea_annotation::ContentHash;

/// A UID below 2.25, the root for UUIDs (PS3.5 section B.2): a version 8 UUID (RFC 9562) of the hash of `parts`.
pub(crate) fn uid_of(parts: &[&[u8]]) -> String {
    let hash = ContentHash::of_parts(parts);
    let mut uuid = [0; 16];
    uuid.copy_from_slice(&hash.as_bytes()[..16]);
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    format!("2.25.{}", u128::from_be_bytes(uuid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_valid_and_of_their_content() {
        let uid = uid_of(&[b"scan", b"1"]);
        assert_eq!(uid, uid_of(&[b"scan", b"1"]));
        assert_ne!(uid, uid_of(&[b"scan", b"2"]));
        assert!(uid.len() <= 64 && uid.starts_with("2.25."));
    }
}
