//! The journal and the undo stack are one thing: an append-only list of entries that rebuilds mask and stacks.

use crate::{Edit, EditDecodeError, EditError, Mask, VersionId};
use fovea_geometry::RectPx;

/// One entry of a tile's journal. Entries are only ever appended; undo is an entry too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalEntry {
    /// A finished edit.
    Edit(Edit),
    /// The newest edit not yet undone was taken back.
    Undo,
    /// The newest undone edit was done again.
    Redo,
    /// The label became the content of another version (a rollback, a new prediction): undo starts afresh from there.
    Rebase(VersionId),
}

impl JournalEntry {
    /// Bytes as the journal stores them: a tag, then what belongs to it.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Edit(edit) => [b"E".as_slice(), &edit.to_bytes()].concat(),
            Self::Undo => b"U".to_vec(),
            Self::Redo => b"R".to_vec(),
            Self::Rebase(version) => [b"B".as_slice(), version.0.as_bytes()].concat(),
        }
    }

    /// Reads what [`JournalEntry::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HistoryError> {
        match bytes.split_first() {
            Some((b'E', rest)) => Ok(Self::Edit(Edit::from_bytes(rest)?)),
            Some((b'U', [])) => Ok(Self::Undo),
            Some((b'R', [])) => Ok(Self::Redo),
            Some((b'B', rest)) => {
                let hash = rest.try_into().map_err(|_| HistoryError::Entry)?;
                Ok(Self::Rebase(VersionId(crate::ContentHash::from_bytes(
                    hash,
                ))))
            }
            _ => Err(HistoryError::Entry),
        }
    }
}

/// Why a journal cannot be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HistoryError {
    /// Bytes that are no entry.
    #[error("a journal entry is of no known kind; the strokes before it are intact")]
    Entry,
    /// An edit whose bytes are damaged.
    #[error(transparent)]
    Decode(#[from] EditDecodeError),
    /// An edit that does not fit the mask.
    #[error(transparent)]
    Edit(#[from] EditError),
    /// An undo or redo with nothing to act on.
    #[error("the journal takes back more than it did; the strokes before that are intact")]
    Unbalanced,
}

/// The undo stack of one tile: edits done, and edits undone that can be done again. Unbounded.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Edit>,
    undone: Vec<Edit>,
}

impl History {
    /// Rebuilds mask and stacks from a base mask and the entries after it. [`JournalEntry::Rebase`] entries belong
    /// before `base`: the store cuts the journal there.
    pub fn replay(
        base: Mask,
        entries: impl IntoIterator<Item = JournalEntry>,
    ) -> Result<(Mask, Self), HistoryError> {
        let (mut mask, mut history) = (base, Self::default());
        for entry in entries {
            match entry {
                JournalEntry::Edit(edit) => {
                    edit.apply(&mut mask)?;
                    history.record(edit);
                }
                JournalEntry::Undo => {
                    history.undo(&mut mask)?.ok_or(HistoryError::Unbalanced)?;
                }
                JournalEntry::Redo => {
                    history.redo(&mut mask)?.ok_or(HistoryError::Unbalanced)?;
                }
                JournalEntry::Rebase(_) => history = Self::default(),
            }
        }
        Ok((mask, history))
    }

    /// Takes note of an edit that the mask already shows; what was undone before can no longer be redone.
    pub fn record(&mut self, edit: Edit) {
        self.undone.clear();
        self.done.push(edit);
    }

    /// Takes the newest edit back. `Ok(None)` when there is none. Returns the rectangle to redraw.
    pub fn undo(&mut self, mask: &mut Mask) -> Result<Option<RectPx>, EditError> {
        let Some(edit) = self.done.pop() else {
            return Ok(None);
        };
        let rect = edit.invert().apply(mask)?;
        self.undone.push(edit);
        Ok(Some(rect))
    }

    /// Does the newest undone edit again. `Ok(None)` when there is none. Returns the rectangle to redraw.
    pub fn redo(&mut self, mask: &mut Mask) -> Result<Option<RectPx>, EditError> {
        let Some(edit) = self.undone.pop() else {
            return Ok(None);
        };
        let rect = edit.apply(mask)?;
        self.done.push(edit);
        Ok(Some(rect))
    }

    /// How many edits can be taken back.
    pub fn undo_len(&self) -> usize {
        self.done.len()
    }

    /// How many undone edits can be done again.
    pub fn redo_len(&self) -> usize {
        self.undone.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Stroke;
    use fovea_geometry::{PointPx, SizePx};
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Act {
        Stroke(u8, f32, f32, f32),
        Undo,
        Redo,
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            3 => (0_u8..6, 0.0_f32..60.0, 0.0_f32..40.0, 0.5_f32..9.0).prop_map(|(c, x, y, r)| Act::Stroke(c, x, y, r)),
            2 => Just(Act::Undo),
            1 => Just(Act::Redo),
        ]
    }

    proptest! {
        /// The live session and the replay of its journal end at the same mask and the same stacks.
        #[test]
        fn replay_is_the_live_mask(acts in proptest::collection::vec(act(), 0..40)) {
            let base = Mask::background(SizePx::new(60, 40));
            let (mut live, mut history, mut journal) = (base.clone(), History::default(), Vec::new());
            for act in acts {
                match act {
                    Act::Stroke(class, x, y, r) => {
                        let mut stroke = Stroke::new(class, r, &[]);
                        stroke.sample(&mut live, PointPx::new(x, y));
                        let edit = stroke.finish(&live);
                        if !edit.is_empty() {
                            journal.push(JournalEntry::Edit(edit.clone()).to_bytes());
                            history.record(edit);
                        }
                    }
                    Act::Undo => if history.undo(&mut live).expect("fits").is_some() { journal.push(JournalEntry::Undo.to_bytes()) },
                    Act::Redo => if history.redo(&mut live).expect("fits").is_some() { journal.push(JournalEntry::Redo.to_bytes()) },
                }
            }
            let entries = journal.iter().map(|b| JournalEntry::from_bytes(b).expect("written by us"));
            let (mask, replayed) = History::replay(base, entries).expect("replays");
            prop_assert_eq!(mask, live);
            prop_assert_eq!((replayed.undo_len(), replayed.redo_len()), (history.undo_len(), history.redo_len()));
        }

        #[test]
        fn any_bytes_are_answered(bytes: Vec<u8>) {
            let _ = JournalEntry::from_bytes(&bytes);
        }
    }
}
