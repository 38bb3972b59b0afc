//! NumPy arrays in a file of their own.
//!
//! Format: `numpy.lib.format`, versions 1.0 to 3.0: magic, version, length of the header, a Python dictionary as text,
//! then the elements, the last index fastest.

use crate::bytes::Bytes;
use crate::{Budget, ReadError, Samples};

const MAGIC: &[u8] = b"\x93NUMPY";

/// An array as it lies in the file.
pub(crate) struct Npy<'a> {
    kind: Kind,
    pub(crate) shape: Vec<u64>,
    elements: &'a [u8],
}

/// Element types that pictures and heights come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    U8,
    U16,
    I16,
    I32,
    I64,
    F32,
    F64,
}

const KINDS: [(&str, Kind, u64); 10] = [
    ("|b1", Kind::Bool, 1),
    ("|u1", Kind::U8, 1),
    ("|i1", Kind::U8, 1),
    ("<u2", Kind::U16, 2),
    ("<i2", Kind::I16, 2),
    ("<i4", Kind::I32, 4),
    ("<i8", Kind::I64, 8),
    ("<u4", Kind::I32, 4),
    ("<f4", Kind::F32, 4),
    ("<f8", Kind::F64, 8),
];

impl<'a> Npy<'a> {
    /// The array in `content`; `format` and `place` name the file and the part for faults. The elements must be
    /// all there and within the budget.
    pub(crate) fn parse(
        format: &'static str,
        place: &str,
        content: &'a [u8],
        budget: &Budget,
    ) -> Result<Self, ReadError> {
        let bytes = Bytes::little(format, content);
        let fault = |what: &str| ReadError::field(format, place, what);
        let in_place = |error: ReadError| error.in_file(place);
        let magic = bytes
            .slice(0, 8, "the header of the array")
            .map_err(in_place)?;
        let (start, length) = match magic[6] {
            1 => (10, bytes.u16(8, "the header of the array").map(u64::from)),
            2 | 3 => (12, bytes.u32(8, "the header of the array").map(u64::from)),
            _ => return Err(fault("it is an array of an unknown version")),
        };
        if &magic[..6] != MAGIC {
            return Err(fault("it is no NumPy array"));
        }
        let length = length.map_err(in_place)?;
        let header = bytes
            .slice(start, length, "the header of the array")
            .map_err(in_place)?;
        let header = str::from_utf8(header).map_err(|_| fault("its header is no text"))?;
        let header = Header::parse(header).ok_or_else(|| fault("its header is not well formed"))?;
        let known = KINDS.iter().find(|(text, ..)| *text == header.kind);
        let Some((_, kind, size)) = known.filter(|_| !header.is_fortran) else {
            return Err(ReadError::Unsupported {
                format,
                feature: format!("an array at {place} of an unusual type or order"),
                advice: "save it again as a little-endian array in C order",
            });
        };
        let count = header
            .shape
            .iter()
            .try_fold(1_u64, |count, side| count.checked_mul(*side));
        let needed = count.and_then(|count| count.checked_mul(*size));
        let needed = budget.decoded(&format!("The array {place}"), needed)?;
        let elements = bytes.slice(start + length, needed, "the elements of the array");
        Ok(Self {
            kind: *kind,
            shape: header.shape,
            elements: elements.map_err(in_place)?,
        })
    }

    /// Elements `from..from + count`, which the caller keeps within the shape, as gray samples: 8 and 16 bits as
    /// they are, everything else as floats.
    pub(crate) fn samples(&self, from: usize, count: usize) -> Samples {
        match self.kind {
            Kind::U8 => Samples::U8(self.elements[from..from + count].to_vec()),
            Kind::Bool => Samples::U8(
                self.elements[from..from + count]
                    .iter()
                    .map(|v| u8::from(*v != 0) * 255)
                    .collect(),
            ),
            Kind::U16 => Samples::U16(
                self.chunks::<2>(from, count)
                    .map(u16::from_le_bytes)
                    .collect(),
            ),
            _ => Samples::F32(self.floats(from, count)),
        }
    }

    /// As [`Npy::samples`], all as floats.
    pub(crate) fn floats(&self, from: usize, count: usize) -> Vec<f32> {
        match self.kind {
            Kind::Bool | Kind::U8 => self.elements[from..from + count]
                .iter()
                .map(|v| f32::from(*v))
                .collect(),
            Kind::U16 => self
                .chunks(from, count)
                .map(|b| f32::from(u16::from_le_bytes(b)))
                .collect(),
            Kind::I16 => self
                .chunks(from, count)
                .map(|b| f32::from(i16::from_le_bytes(b)))
                .collect(),
            Kind::I32 => self
                .chunks(from, count)
                .map(|b| i32::from_le_bytes(b) as f32)
                .collect(),
            Kind::I64 => self
                .chunks(from, count)
                .map(|b| i64::from_le_bytes(b) as f32)
                .collect(),
            Kind::F32 => self.chunks(from, count).map(f32::from_le_bytes).collect(),
            Kind::F64 => self
                .chunks(from, count)
                .map(|b| f64::from_le_bytes(b) as f32)
                .collect(),
        }
    }

    fn chunks<const N: usize>(
        &self,
        from: usize,
        count: usize,
    ) -> impl Iterator<Item = [u8; N]> + use<'a, N> {
        let elements: &'a [u8] = self.elements;
        elements[from * N..(from + count) * N]
            .as_chunks()
            .0
            .iter()
            .copied()
    }
}

struct Header<'a> {
    kind: &'a str,
    is_fortran: bool,
    shape: Vec<u64>,
}

impl<'a> Header<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let after = |key: &str| {
            let at = text.find(key)? + key.len();
            Some(text[at..].trim_start_matches([':', ' ']))
        };
        let kind = after("'descr'")?.strip_prefix('\'')?.split('\'').next()?;
        let is_fortran = after("'fortran_order'")?.starts_with("True");
        let shape = after("'shape'")?.strip_prefix('(')?.split(')').next()?;
        let sides = shape
            .split(',')
            .map(str::trim)
            .filter(|side| !side.is_empty());
        let shape = sides
            .map(|side| side.parse().ok())
            .collect::<Option<Vec<_>>>()?;
        (shape.len() <= 8).then_some(Self {
            kind,
            is_fortran,
            shape,
        })
    }
}

/// The file of an array; `kind` is a type such as `|u1`, and `elements` are its bytes in order.
pub(crate) fn npy(kind: &str, shape: &[usize], elements: &[u8]) -> Vec<u8> {
    let sides: Vec<String> = shape.iter().map(|side| format!("{side},")).collect();
    let mut header = format!(
        "{{'descr': '{kind}', 'fortran_order': False, 'shape': ({}), }}",
        sides.join(" ")
    );
    // The elements start at a multiple of 64.
    let padding = 64 - (10 + header.len() + 1) % 64;
    header.push_str(&" ".repeat(padding));
    header.push('\n');
    let mut file = MAGIC.to_vec();
    file.extend([1, 0]);
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(elements);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(content: &[u8]) -> Result<Npy<'_>, ReadError> {
        Npy::parse("test", "a.npy", content, &Budget::default())
    }

    #[test]
    fn arrays_come_back() {
        let file = npy(
            "<f8",
            &[2, 1],
            &[1.5_f64, f64::NAN].map(f64::to_le_bytes).concat(),
        );
        let array = parse(&file).expect("ours");
        assert_eq!(
            (array.shape.as_slice(), array.floats(0, 1)),
            ([2, 1].as_slice(), vec![1.5])
        );
        assert!(array.floats(1, 1)[0].is_nan());
        let file = npy("|u1", &[3], &[1, 2, 3]);
        assert_eq!(
            parse(&file).expect("ours").samples(1, 2),
            Samples::U8(vec![2, 3])
        );
        assert_eq!(file.len() % 64, 3);
    }

    #[test]
    fn headers_that_lie_are_refused() {
        for (kind, shape, expected) in [
            ("|u1", vec![4], "is cut off at byte"),
            (
                "|u1",
                vec![usize::MAX >> 1, 99],
                "more bytes than can be counted",
            ),
            (">f4", vec![1], "of an unusual type or order"),
            ("|O", vec![1], "of an unusual type or order"),
            ("|u1", vec![1; 9], "its header is not well formed"),
        ] {
            let file = npy(kind, &shape, &[0; 3]);
            let error = parse(&file).err().expect("refused").to_string();
            assert!(error.contains(expected), "{error}");
        }
        let file = npy("|u1", &[3], &[0; 3]);
        for length in 0..file.len() {
            assert!(parse(&file[..length]).is_err());
        }
    }
}
