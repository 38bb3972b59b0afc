//! RLE Lossless (PS3.5 annex G): byte planes, each as PackBits.

/// Bytes of one frame, sample by sample in little endian, colours pixel by pixel. `None` when the data do not hold
/// exactly that much.
pub(super) fn decode(
    data: &[u8],
    pixels: usize,
    samples: usize,
    bytes_per_sample: usize,
) -> Option<Vec<u8>> {
    let word = |at: usize| {
        let bytes = data.get(at * 4..at * 4 + 4)?;
        Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize)
    };
    let planes = samples * bytes_per_sample;
    if word(0)? != planes || planes > 15 {
        return None;
    }
    let mut frame = vec![0; pixels * planes];
    for plane in 0..planes {
        let start = word(plane + 1)?;
        let end = match plane + 1 < planes {
            true => word(plane + 2)?,
            false => data.len(),
        };
        // The most significant byte of a sample comes first.
        let (sample, byte) = (plane / bytes_per_sample, plane % bytes_per_sample);
        let place = sample * bytes_per_sample + (bytes_per_sample - 1 - byte);
        unpack(data.get(start..end)?, pixels, |at, value| {
            frame[at * planes + place] = value;
        })?;
    }
    Some(frame)
}

/// PackBits (PS3.5 section G.3.2) of exactly `count` bytes; padding behind them is left alone.
fn unpack(mut data: &[u8], count: usize, mut put: impl FnMut(usize, u8)) -> Option<()> {
    let mut at = 0;
    while at < count {
        let (&head, rest) = data.split_first()?;
        data = rest;
        match head as i8 {
            run @ 0.. => {
                let length = run as usize + 1;
                for value in data.get(..length)? {
                    if at < count {
                        put(at, *value);
                    }
                    at += 1;
                }
                data = &data[length..];
            }
            -128 => {}
            run => {
                let (&value, rest) = data.split_first()?;
                data = rest;
                for _ in 0..=run.unsigned_abs() {
                    if at < count {
                        put(at, value);
                    }
                    at += 1;
                }
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_header(segments: &[&[u8]]) -> Vec<u8> {
        let mut header = [0_u32; 16];
        header[0] = segments.len() as u32;
        let mut offset = 64;
        for (at, segment) in segments.iter().enumerate() {
            header[at + 1] = offset;
            offset += segment.len() as u32;
        }
        let mut bytes: Vec<u8> = header.iter().flat_map(|v| v.to_le_bytes()).collect();
        bytes.extend(segments.concat());
        bytes
    }

    #[test]
    fn runs_and_literals_come_back_in_little_endian() {
        // Three samples of 16 bits: 0x0105, 0x0105, 0x0207.
        let data = with_header(&[&[0xff, 1, 0, 2], &[1, 5, 5, 0, 7, 0x80]]);
        let frame = decode(&data, 3, 1, 2).expect("is whole");
        assert_eq!(frame, [5, 1, 5, 1, 7, 2]);
    }

    #[test]
    fn what_is_cut_or_lies_is_refused() {
        let data = with_header(&[&[0xff, 1, 0, 2], &[1, 5, 5, 0, 7]]);
        for length in 0..data.len() {
            assert!(decode(&data[..length], 3, 1, 2).is_none(), "{length}");
        }
        assert!(decode(&data, 4, 1, 2).is_none(), "too few samples");
        assert!(decode(&data, 3, 3, 1).is_none(), "another number of planes");
    }
}
