//! How the channels of a JPEG picture are sampled (ITU-T T.81, sections A.1 and B.2.2).

/// False where a channel has more pixels than the first, or a number of them that does not divide those of the first.
/// No camera and no program writes that, and the decoder runs out of its buffers. What is no JPEG is for the decoder to
/// say.
pub(super) fn is_usual(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((marker, segment, after)) = next(rest) {
        rest = after;
        match marker {
            // Start of frame: precision, height, width, count, then three bytes for each channel.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let channels = segment.get(6..).unwrap_or_default();
                let (channels, _) = channels.as_chunks::<3>();
                let factors: Vec<[u8; 2]> =
                    channels.iter().map(|c| [c[1] >> 4, c[1] & 15]).collect();
                if !factors.iter().all(|factor| divides(*factor, factors[0])) {
                    return false;
                }
            }
            // Start of scan: what follows are pixels.
            0xda => return true,
            _ => {}
        }
    }
    true
}

fn divides(part: [u8; 2], whole: [u8; 2]) -> bool {
    part.iter()
        .zip(whole)
        .all(|(part, whole)| *part != 0 && whole % part == 0)
}

/// The next marker with its segment, and what lies behind that.
fn next(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let start = bytes
        .windows(2)
        .position(|pair| pair[0] == 0xff && !matches!(pair[1], 0 | 0xff))?;
    let marker = bytes[start + 1];
    let rest = &bytes[start + 2..];
    // Markers without a segment: start and end of image, restarts.
    if matches!(marker, 0x01 | 0xd0..=0xd9) {
        return Some((marker, &[], rest));
    }
    let length = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
    let segment = rest.get(2..length.max(2))?;
    Some((marker, segment, rest.get(length.max(2)..)?))
}
