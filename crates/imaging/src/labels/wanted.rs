//! Which of a file's classes are read.

use std::collections::BTreeSet;

/// The classes of a file whose pixels are wanted. A class that is left out covers nothing of the others, as it would if
/// all were painted over each other first and sorted out later.
///
/// Classes have the same numbers in every reading of a file, and [`crate::ForeignLabels::classes`] is the same list: read
/// once with [`Wanted::All`] to learn them and again with those that were chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Every class.
    All,
    /// The classes of these indices ([`crate::ForeignClass::index`]).
    Only(BTreeSet<u8>),
}

impl Wanted {
    pub(crate) fn has(&self, class: u8) -> bool {
        match self {
            Self::All => true,
            Self::Only(classes) => classes.contains(&class),
        }
    }

    /// Makes background of what is not wanted, for formats where a pixel has one class.
    pub(crate) fn keep(&self, classes: &mut [u8]) {
        if matches!(self, Self::All) {
            return;
        }
        let kept: [u8; 256] = std::array::from_fn(|class| {
            if self.has(class as u8) {
                class as u8
            } else {
                0
            }
        });
        for class in classes {
            *class = kept[usize::from(*class)];
        }
    }
}
