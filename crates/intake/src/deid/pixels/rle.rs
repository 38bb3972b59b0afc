//! Run-length encoded frames (PS3.5, Annex G).

const HEADER_BYTES: usize = 64;

/// The frame with the unused part of its header cleared; none when the header is no header.
pub(super) fn clean(frame: &[u8]) -> Option<Vec<u8>> {
    let header = frame.get(..HEADER_BYTES)?;
    let count = u32::from_le_bytes([header[0], header[1], header[2], header[3]]);
    let used = usize::try_from(count)
        .ok()
        .filter(|count| (1..=15).contains(count))?;
    let mut clean = frame.to_vec();
    clean[4 * (1 + used)..HEADER_BYTES].fill(0);
    Some(clean)
}
