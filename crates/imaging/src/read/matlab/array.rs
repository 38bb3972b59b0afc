//! Arrays (`miMATRIX`): numbers, text, cells and structures (*MAT-File Format*, "Level 5 MAT-File Data Types").
//!
//! Text stays bytes of the file: it is only ever compared with what is known, never kept.

use super::FORMAT;
use super::element::{Element, Elements, MATRIX};
use super::numbers::Numbers;
use crate::ReadError;
use crate::bytes::{ByteOrder, Bytes};

/// How deep cells and structures may hold each other.
const MAX_DEPTH: u32 = 16;
/// Arrays of a file, those inside others counted.
const MAX_ARRAYS: u32 = 65_536;
const MAX_DIMENSIONS: usize = 8;

/// A named array.
pub(super) struct Array<'a> {
    /// Name of the variable or field; inside cells that of the cell.
    pub(super) name: &'a [u8],
    /// At least two; columns are stored one after the other.
    pub(super) dimensions: Vec<u64>,
    /// Truth values: a mask, never a picture.
    pub(super) is_logical: bool,
    pub(super) content: Content<'a>,
}

pub(super) enum Content<'a> {
    Numbers(Numbers<'a>),
    /// The characters as they are stored: one or two bytes each.
    Text(&'a [u8]),
    /// Cells, or the fields of each structure in turn.
    Parts(Vec<Array<'a>>),
    /// Kinds that hold no scan: sparse arrays, functions, objects of newer versions.
    Other,
}

/// Reads arrays and counts them.
pub(super) struct Arrays {
    left: u32,
}

struct Flags {
    class: u8,
    is_complex: bool,
    is_logical: bool,
}

impl Arrays {
    pub(super) fn new() -> Self {
        Self { left: MAX_ARRAYS }
    }

    /// Reads the content of one matrix element; `parent` names it where it has no name itself.
    pub(super) fn read<'a>(
        &mut self,
        content: &'a [u8],
        order: ByteOrder,
        parent: &'a [u8],
        depth: u32,
    ) -> Result<Array<'a>, ReadError> {
        if depth > MAX_DEPTH || self.left == 0 {
            return Err(ReadError::Unsupported {
                format: FORMAT,
                feature: "more or deeper structures than a scan needs".to_owned(),
                advice: "save the pictures alone to a .mat file of version 5 and import that",
            });
        }
        self.left -= 1;
        let mut array = Array {
            name: parent,
            dimensions: vec![0, 0],
            is_logical: false,
            content: Content::Other,
        };
        // An empty cell may have no content at all.
        if content.is_empty() {
            return Ok(array);
        }
        let mut elements = Elements::new(content, order, 0);
        let flags = flags(elements.next("the flags of an array")?, order)?;
        // Newer objects have no dimensions.
        if flags.class == 17 {
            return Ok(array);
        }
        array.is_logical = flags.is_logical;
        array.dimensions = dimensions(elements.next("the dimensions of an array")?, order)?;
        let name = elements.next("the name of an array")?.data;
        if !name.is_empty() {
            array.name = name;
        }
        let (count, name) = (count(&array.dimensions)?, array.name);
        array.content = match flags.class {
            1 => Content::Parts(self.cells(elements, count, name, depth)?),
            2 => Content::Parts(self.fields(elements, count, depth)?),
            4 => Content::Text(elements.next("the text of an array")?.data),
            6..=15 => {
                let data = elements.next("the numbers of an array")?;
                if flags.is_complex {
                    Content::Other
                } else {
                    Content::Numbers(Numbers::new(data, count, order)?)
                }
            }
            _ => Content::Other,
        };
        Ok(array)
    }

    fn cells<'a>(
        &mut self,
        mut elements: Elements<'a>,
        count: u64,
        name: &'a [u8],
        depth: u32,
    ) -> Result<Vec<Array<'a>>, ReadError> {
        let mut cells = Vec::new();
        for _ in 0..count {
            let data = matrix(elements.next("a cell")?)?;
            cells.push(self.read(data, elements.order, name, depth + 1)?);
        }
        Ok(cells)
    }

    fn fields<'a>(
        &mut self,
        mut elements: Elements<'a>,
        count: u64,
        depth: u32,
    ) -> Result<Vec<Array<'a>>, ReadError> {
        let what = "the field names of a structure";
        let width = elements.next(what)?;
        let width = Bytes::ordered(FORMAT, width.data, elements.order).u32(0, what)?;
        let names = elements.next(what)?.data;
        if width == 0 {
            return Err(ReadError::field(
                FORMAT,
                "a structure",
                "its field names have no length",
            ));
        }
        let names: Vec<&[u8]> = names
            .chunks_exact(width as usize)
            .map(|name| name.split(|byte| *byte == 0).next().unwrap_or_default())
            .collect();
        let mut fields = Vec::new();
        // Without fields there is nothing to read, however many structures there are.
        let count = if names.is_empty() { 0 } else { count };
        for _ in 0..count {
            for name in &names {
                let data = matrix(elements.next("a field")?)?;
                fields.push(self.read(data, elements.order, name, depth + 1)?);
            }
        }
        Ok(fields)
    }
}

fn matrix(element: Element<'_>) -> Result<&[u8], ReadError> {
    match element.kind {
        MATRIX => Ok(element.data),
        _ => Err(ReadError::field(
            FORMAT,
            "a cell or field",
            "it holds no array",
        )),
    }
}

fn flags(element: Element<'_>, order: ByteOrder) -> Result<Flags, ReadError> {
    let flags = Bytes::ordered(FORMAT, element.data, order).u32(0, "the flags of an array")?;
    Ok(Flags {
        class: flags as u8,
        is_complex: flags & 0x800 != 0,
        is_logical: flags & 0x200 != 0,
    })
}

fn dimensions(element: Element<'_>, order: ByteOrder) -> Result<Vec<u64>, ReadError> {
    let bytes = Bytes::ordered(FORMAT, element.data, order);
    let count = element.data.len() / 4;
    if !(2..=MAX_DIMENSIONS).contains(&count) {
        return Err(ReadError::field(
            FORMAT,
            "an array",
            "it has fewer than two or more than eight dimensions",
        ));
    }
    (0..count as u64)
        .map(|axis| {
            Ok(u64::from(
                bytes.u32(4 * axis, "the dimensions of an array")?,
            ))
        })
        .collect()
}

fn count(dimensions: &[u64]) -> Result<u64, ReadError> {
    let product = dimensions
        .iter()
        .try_fold(1u64, |count, side| count.checked_mul(*side));
    product.ok_or_else(|| ReadError::field(FORMAT, "an array", "its dimensions are out of range"))
}
