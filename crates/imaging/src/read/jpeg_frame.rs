//! The frame header of a JPEG picture (ITU-T T.81, sections A.1 and B.2.2), looked at before the decoder meets it.
//!
//! No camera and no program writes what is odd here, and the decoder runs out of its buffers over it.

const SAMPLING: &str = "colours that are sampled in an unusual way";
const SEVERAL: &str = "more than one frame header";

/// The odd feature of the frame header, where it has one. What is no JPEG is for the decoder to say.
pub(super) fn oddity(jpeg: &[u8]) -> Option<&'static str> {
    let mut has_header = false;
    let mut rest = jpeg;
    while let Some((marker, segment, after)) = next(rest) {
        rest = after;
        match marker {
            // Start of frame.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                if has_header {
                    return Some(SEVERAL);
                }
                if !is_covered(segment) {
                    return Some(SAMPLING);
                }
                has_header = true;
            }
            // Start of scan: what follows are pixels.
            0xda => return None,
            _ => {}
        }
    }
    None
}

/// False where a channel has more pixels than the first, or a number of them that does not divide those of the first.
fn is_covered(segment: &[u8]) -> bool {
    // Precision, height, width and count, then three bytes for each channel.
    let (channels, _) = segment.get(6..).unwrap_or_default().as_chunks::<3>();
    let factors: Vec<[u8; 2]> = channels.iter().map(|c| [c[1] >> 4, c[1] & 15]).collect();
    factors.iter().all(|factor| divides(*factor, factors[0]))
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
