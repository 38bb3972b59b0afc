//! JPEG and JPEG-LS frames (ISO 10918-1, Annex B; ISO 14495-1, Annex C): segments that carry no samples go.

use super::entropy::Picture;

/// The frame from its start to its end, without comments and application data and without bytes behind its last block;
/// none when its segments do not add up.
///
/// What a decoder needs of the application data stays, written anew: that JFIF is there (without its thumbnail), Adobe's
/// colour transform, and the colour transform of JPEG-LS.
pub(super) fn clean(frame: &[u8]) -> Option<Vec<u8>> {
    let mut clean = Vec::with_capacity(frame.len());
    let mut at = 0;
    if frame.get(..2)? != [0xff, SOI] {
        return None;
    }
    clean.extend_from_slice(&[0xff, SOI]);
    at += 2;
    let mut picture = Picture::default();
    loop {
        // Any number of fill bytes may stand before a marker.
        if *frame.get(at)? != 0xff {
            return None;
        }
        while *frame.get(at)? == 0xff {
            at += 1;
        }
        let marker = *frame.get(at)?;
        at += 1;
        if marker == EOI {
            clean.extend_from_slice(&[0xff, EOI]);
            return Some(clean);
        }
        let length = usize::from(u16::from_be_bytes([*frame.get(at)?, *frame.get(at + 1)?]));
        let content = frame.get(at + 2..at + length)?;
        at += length;
        picture.note(marker, content)?;
        match marker {
            COM => {}
            0xe0..=0xef => {
                if let Some(content) = needed(marker, content) {
                    push(&mut clean, marker, &content);
                }
            }
            _ => push(&mut clean, marker, content),
        }
        if marker == SOS {
            let end = at + entropy_coded(frame.get(at..)?);
            clean.extend(picture.trimmed(content, &frame[at..end])?);
            at = end;
        }
    }
}

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COM: u8 = 0xfe;

fn push(clean: &mut Vec<u8>, marker: u8, content: &[u8]) {
    // The content was cut out by a length of 16 bits, or is shorter than that.
    let length = (content.len() + 2) as u16;
    clean.extend_from_slice(&[0xff, marker]);
    clean.extend_from_slice(&length.to_be_bytes());
    clean.extend_from_slice(content);
}

/// What of an application segment decides about colours, and nothing else.
fn needed(marker: u8, content: &[u8]) -> Option<Vec<u8>> {
    match (marker, content) {
        (0xe0, [b'J', b'F', b'I', b'F', 0, ..]) => {
            // Version 1.1, square pixels of no unit, no thumbnail.
            Some(b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec())
        }
        (
            0xee,
            [
                b'A',
                b'd',
                b'o',
                b'b',
                b'e',
                _,
                _,
                _,
                _,
                _,
                _,
                transform,
                ..,
            ],
        ) => {
            let mut content = b"Adobe\0\x64\0\0\0\0".to_vec();
            content.push(*transform);
            Some(content)
        }
        (0xe8, [b'm', b'r', b'f', b'x', transform]) => {
            Some(vec![b'm', b'r', b'f', b'x', *transform])
        }
        _ => None,
    }
}

/// Length of the entropy-coded data: up to the next marker that is neither a stuffed byte nor a restart. JPEG-LS
/// stuffs a bit, so a byte below 0x80 behind 0xff is data there.
fn entropy_coded(data: &[u8]) -> usize {
    let is_marker =
        |pair: &[u8]| pair[0] == 0xff && pair[1] >= 0x80 && !matches!(pair[1], 0xd0..=0xd7 | 0xff);
    data.windows(2).position(is_marker).unwrap_or(data.len())
}
