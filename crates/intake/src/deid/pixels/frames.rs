//! Encapsulated pixel data (PS3.5, Annex A.4): fragments to frames, and frames to one fragment each.

use super::Compression;

/// The bytes of each frame. Fragments belong together by the offset table, one to one, all to one frame, or by the
/// signature that starts a frame.
pub(super) fn gather(
    offsets: &[u32],
    fragments: &[Vec<u8>],
    frames: u64,
    compression: Compression,
) -> Option<Vec<Vec<u8>>> {
    let starts = match () {
        () if fragments.is_empty() => return None,
        () if fragments.len() as u64 == frames => (0..fragments.len()).collect(),
        () if frames == 1 => vec![0],
        () if offsets.len() as u64 == frames => at_offsets(offsets, fragments)?,
        () => at_signatures(fragments, compression),
    };
    if starts.len() as u64 != frames || starts.first() != Some(&0) {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([fragments.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Some(fragments.get(*start..end)?.concat()))
        .collect()
}

/// Index of the fragment that lies at each offset; an item header has 8 bytes.
fn at_offsets(offsets: &[u32], fragments: &[Vec<u8>]) -> Option<Vec<usize>> {
    let mut at = 0u64;
    let mut lies_at = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        lies_at.push(at);
        at += 8 + fragment.len() as u64;
    }
    offsets
        .iter()
        .map(|offset| lies_at.binary_search(&u64::from(*offset)).ok())
        .collect()
}

fn at_signatures(fragments: &[Vec<u8>], compression: Compression) -> Vec<usize> {
    let signature: &[u8] = match compression {
        Compression::Jpeg => b"\xff\xd8\xff",
        Compression::Jpeg2000 => b"\xff\x4f\xff\x51",
        Compression::Rle | Compression::Uncompressed => return Vec::new(),
    };
    let starts = fragments.iter().enumerate();
    starts
        .filter(|(_, fragment)| fragment.starts_with(signature))
        .map(|(index, _)| index)
        .collect()
}

/// One fragment of even length for each frame, with the offset table. The table stays empty where an offset would
/// not fit into it.
pub(super) fn lay_out(mut frames: Vec<Vec<u8>>) -> (Vec<u32>, Vec<Vec<u8>>) {
    let mut offsets = Vec::with_capacity(frames.len());
    let mut at = 0u64;
    for frame in &mut frames {
        if frame.len() % 2 == 1 {
            frame.push(0);
        }
        offsets.push(u32::try_from(at).ok());
        at += 8 + frame.len() as u64;
    }
    let offsets: Option<Vec<u32>> = offsets.into_iter().collect();
    (offsets.unwrap_or_default(), frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_become_frames() {
        let f = |bytes: &[u8]| bytes.to_vec();
        let (a, b) = (f(b"\xff\xd8\xff\x01"), f(b"\x02\x03"));
        let jpeg = Compression::Jpeg;
        let three = [a.clone(), b.clone(), a.clone()];
        type Case<'a> = (&'a [u32], &'a [Vec<u8>], u64, Option<Vec<Vec<u8>>>);
        let cases: [Case<'_>; 6] = [
            (&[], &three, 3, Some(three.to_vec())),
            (&[], &three, 1, Some(vec![three.concat()])),
            (
                &[0, 22],
                &three,
                2,
                Some(vec![three[..2].concat(), a.clone()]),
            ),
            (&[0, 21], &three, 2, None),
            (&[], &three, 2, Some(vec![three[..2].concat(), a.clone()])),
            (&[], &[], 1, None),
        ];
        for (offsets, fragments, frames, expected) in cases {
            let found = gather(offsets, fragments, frames, jpeg);
            assert_eq!(found, expected, "{offsets:?} {frames}");
        }
    }

    #[test]
    fn offsets_count_headers_and_padding() {
        let (offsets, frames) = lay_out(vec![vec![1, 2, 3], vec![4]]);
        assert_eq!(offsets, [0, 12]);
        assert_eq!(frames, [vec![1, 2, 3, 0], vec![4, 0]]);
    }
}
