//! Bytes of an edit, as the journal stores it.
//!
//! Layout, all counts LEB128: format byte `1`, width, height, number of runs, then per run: gap since the end of the
//! run before, length, class before, class after. Gaps keep a stroke of a thousand runs at a few kilobytes.

use crate::{Edit, EditRun, varint};
use fovea_geometry::SizePx;

const FORMAT: u8 = 1;

/// Bytes that are no edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the journal entry is damaged ({what}); the strokes before it are intact")]
pub struct EditDecodeError {
    what: &'static str,
}

impl Edit {
    /// The bytes that [`Edit::from_bytes`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![FORMAT];
        for count in [self.size.width, self.size.height, self.runs.len() as u32] {
            varint::put(&mut out, count);
        }
        let mut end = 0;
        for run in &self.runs {
            varint::put(&mut out, run.start - end);
            varint::put(&mut out, run.len);
            out.extend([run.before, run.after]);
            end = run.start + run.len;
        }
        out
    }

    /// Reads an edit and checks every invariant of it: sorted, disjoint, inside the mask, within one row, changing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EditDecodeError> {
        let fail = |what| EditDecodeError { what };
        let (&format, mut rest) = bytes.split_first().ok_or(fail("it is empty"))?;
        if format != FORMAT {
            return Err(fail("its format is unknown"));
        }
        let mut take = || varint::take(&mut rest).ok_or(fail("a count is cut"));
        let size = SizePx::new(take()?, take()?);
        let count = take()?;
        // A run takes at least four bytes, so a false count cannot make us reserve more than the bytes at hand.
        if count as usize > rest.len() / 4 {
            return Err(fail("it is cut"));
        }
        let mut runs = Vec::with_capacity(count as usize);
        let mut end = 0_u32;
        for _ in 0..count {
            let run = take_run(&mut rest, end).ok_or(fail("a run is cut"))?;
            check_run(&run, size).map_err(fail)?;
            end = run.start + run.len;
            runs.push(run);
        }
        if rest.is_empty() {
            Ok(Self { size, runs })
        } else {
            Err(fail("bytes follow its end"))
        }
    }
}

fn take_run(rest: &mut &[u8], end: u32) -> Option<EditRun> {
    let start = varint::take(rest)?.checked_add(end)?;
    let len = varint::take(rest)?;
    start.checked_add(len)?;
    let (classes, tail) = rest.split_at_checked(2)?;
    *rest = tail;
    Some(EditRun {
        start,
        len,
        before: classes[0],
        after: classes[1],
    })
}

fn check_run(run: &EditRun, size: SizePx) -> Result<(), &'static str> {
    if run.len == 0 || run.before == run.after {
        return Err("a run changes nothing");
    }
    if size.is_empty() || (run.start + run.len) as usize > size.len() {
        return Err("a run leaves the mask");
    }
    if run.start / size.width != (run.start + run.len - 1) / size.width {
        return Err("a run crosses a row");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::tests::mask_pair;
    use fovea_geometry::RectPx;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bytes_are_read_back((a, b) in mask_pair()) {
            let edit = Edit::between(&a, &b, RectPx::of_size(a.size()));
            prop_assert_eq!(Edit::from_bytes(&edit.to_bytes()), Ok(edit));
        }

        #[test]
        fn damaged_bytes_are_refused_or_read_as_a_valid_edit((a, b) in mask_pair(), at: usize, value: u8, cut: bool) {
            let mut bytes = Edit::between(&a, &b, RectPx::of_size(a.size())).to_bytes();
            let at = at % bytes.len();
            if cut { bytes.truncate(at) } else { bytes[at] = value }
            if let Ok(edit) = Edit::from_bytes(&bytes) {
                prop_assert!(edit.runs().iter().all(|r| check_run(r, edit.size()).is_ok()));
            }
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = Edit::from_bytes(&bytes);
        }
    }

    #[test]
    fn the_format_does_not_change() {
        let edit = Edit {
            size: SizePx::new(300, 2),
            runs: vec![EditRun {
                start: 5,
                len: 200,
                before: 0,
                after: 7,
            }],
        };
        assert_eq!(edit.to_bytes(), [1, 0xac, 2, 2, 1, 5, 0xc8, 1, 0, 7]);
    }
}
