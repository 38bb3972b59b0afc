//! All arrays of a file by name, however deep they lie.

use super::array::{Array, Content};
use super::numbers::Numbers;

/// The arrays that hold numbers or text, in the order of the file.
pub(super) struct Catalog<'a> {
    leaves: Vec<&'a Array<'a>>,
    /// Bytes of the file, against which sizes are held.
    pub(super) file_bytes: u64,
}

/// Numbers with the array that they fill.
#[derive(Clone, Copy)]
pub(super) struct Filled<'a> {
    pub(super) array: &'a Array<'a>,
    pub(super) numbers: &'a Numbers<'a>,
}

impl<'a> Catalog<'a> {
    pub(super) fn of(arrays: &'a [Array<'a>], file_bytes: u64) -> Self {
        let mut leaves = Vec::new();
        push_leaves(&mut leaves, arrays);
        Self { leaves, file_bytes }
    }

    /// Every array of numbers.
    pub(super) fn filled(&self) -> impl Iterator<Item = Filled<'a>> {
        self.leaves.iter().filter_map(|array| match &array.content {
            Content::Numbers(numbers) => Some(Filled { array, numbers }),
            _ => None,
        })
    }

    /// The numbers called `name`.
    pub(super) fn numbers(&self, name: &str) -> Option<Filled<'a>> {
        self.filled()
            .find(|filled| filled.array.name == name.as_bytes())
    }

    /// The one number called `name`.
    pub(super) fn scalar(&self, name: &str) -> Option<f64> {
        let numbers = self.numbers(name)?.numbers;
        (numbers.len() == 1).then(|| numbers.at(0))
    }

    /// The text called `name`, as it is stored.
    pub(super) fn text(&self, name: &str) -> Option<&'a [u8]> {
        self.leaves.iter().find_map(|array| match &array.content {
            Content::Text(text) if array.name == name.as_bytes() => Some(*text),
            _ => None,
        })
    }
}

impl Filled<'_> {
    /// Dimensions without those of length 1 at the end, but at least two.
    pub(super) fn dimensions(&self) -> &[u64] {
        let mut dimensions = self.array.dimensions.as_slice();
        while let [rest @ .., 1] = dimensions
            && rest.len() >= 2
        {
            dimensions = rest;
        }
        dimensions
    }
}

fn push_leaves<'a>(leaves: &mut Vec<&'a Array<'a>>, arrays: &'a [Array<'a>]) {
    for array in arrays {
        match &array.content {
            Content::Parts(parts) => push_leaves(leaves, parts),
            Content::Numbers(_) | Content::Text(_) => leaves.push(array),
            Content::Other => {}
        }
    }
}
