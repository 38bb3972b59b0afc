//! JPEG 2000 frames (ISO 15444-1, Annex A): the codestream without comments, and without the boxes of a file around it.

/// The frame without comments; none when its segments do not add up.
pub(super) fn clean(frame: &[u8]) -> Option<Vec<u8>> {
    let stream = match frame.starts_with(b"\0\0\0\x0cjP  ") {
        true => codestream_of_boxes(frame)?,
        false => frame,
    };
    let mut clean = Vec::with_capacity(stream.len());
    if stream.get(..2)? != [0xff, SOC] {
        return None;
    }
    clean.extend_from_slice(&[0xff, SOC]);
    let mut at = segments(stream, 2, &mut clean)?;
    loop {
        match stream.get(at..at + 2)? {
            [0xff, SOT] => at = tile_part(stream, at, &mut clean)?,
            [0xff, EOC] => {
                clean.extend_from_slice(&[0xff, EOC]);
                return Some(clean);
            }
            _ => return None,
        }
    }
}

const SOC: u8 = 0x4f;
const SOT: u8 = 0x90;
const SOD: u8 = 0x93;
const EOC: u8 = 0xd9;
const COM: u8 = 0x64;
/// Lengths of tile-parts: an index that a decoder can do without, and that is wrong once a comment went.
const TLM: u8 = 0x55;
/// Where components of colour lie against each other, for whoever prints; no reader of ours looks at it.
const CRG: u8 = 0x63;

/// Copies marker segments up to the first delimiter, and returns where that stands.
fn segments(stream: &[u8], from: usize, clean: &mut Vec<u8>) -> Option<usize> {
    let mut at = from;
    loop {
        let (ff, marker) = (*stream.get(at)?, *stream.get(at + 1)?);
        if ff != 0xff {
            return None;
        }
        if matches!(marker, SOT | SOD | EOC) {
            return Some(at);
        }
        let length = u16::from_be_bytes([*stream.get(at + 2)?, *stream.get(at + 3)?]);
        let end = at + 2 + usize::from(length).max(2);
        let segment = stream.get(at..end)?;
        if !matches!(marker, COM | TLM | CRG) {
            clean.extend_from_slice(segment);
        }
        at = end;
    }
}

/// Copies a tile-part with its length set right, and returns where it ends.
fn tile_part(stream: &[u8], at: usize, clean: &mut Vec<u8>) -> Option<usize> {
    let header = stream.get(at..at + 12)?;
    let declared = u32::from_be_bytes([header[6], header[7], header[8], header[9]]);
    let end = match declared {
        // The last tile-part reaches to the end marker.
        0 => stream.windows(2).rposition(|pair| pair == [0xff, EOC])?,
        length => at.checked_add(usize::try_from(length).ok()?)?,
    };
    let start = clean.len();
    clean.extend_from_slice(header);
    let data = segments(stream, at + 12, clean)?;
    if stream.get(data..data + 2)? != [0xff, SOD] || end < data + 2 {
        return None;
    }
    clean.extend_from_slice(stream.get(data..end)?);
    let length = u32::try_from(clean.len() - start).ok()?;
    clean[start + 6..start + 10].copy_from_slice(&length.to_be_bytes());
    Some(end)
}

/// The codestream inside the boxes of a JP2 file (Annex I): the first `jp2c`.
fn codestream_of_boxes(file: &[u8]) -> Option<&[u8]> {
    let mut at = 0usize;
    loop {
        let header = file.get(at..at.checked_add(8)?)?;
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]);
        let (start, end) = match length {
            0 => (at + 8, file.len()),
            1 => {
                let wide = file.get(at + 8..at + 16)?;
                let wide: [u8; 8] = wide.try_into().ok()?;
                let length = usize::try_from(u64::from_be_bytes(wide)).ok()?;
                (at + 16, at.checked_add(length)?)
            }
            length => (at + 8, at.checked_add(usize::try_from(length).ok()?)?),
        };
        if end < start {
            return None;
        }
        if &header[4..8] == b"jp2c" {
            return file.get(start..end);
        }
        at = end;
    }
}
