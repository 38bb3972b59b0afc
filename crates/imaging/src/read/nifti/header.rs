//! The fixed header of NIfTI-1 (348 bytes) and NIfTI-2 (540 bytes).
//!
//! Source: `nifti1.h` and `nifti2.h` of the NIfTI Data Format Working Group. Of the header's free text (`descrip`, `aux_file`,
//! `db_name`, `intent_name`) and of its extensions nothing is read: they may name a person.

use super::FORMAT;
use crate::ReadError;
use crate::bytes::{ByteOrder, Bytes};
use crate::read::grid::Number;

/// Length of the longer header.
pub(super) const MAX_HEADER_BYTES: u64 = 540;
const ONE_BYTES: u32 = 348;
const TWO_BYTES: u32 = 540;

/// What the header says of the voxels.
pub(super) struct Header {
    pub(super) order: ByteOrder,
    /// The voxels are in a file of their own, beside the header.
    pub(super) is_pair: bool,
    /// Voxels along the first three axes.
    pub(super) extent: [u64; 3],
    /// Volumes one behind the other.
    pub(super) volumes: u64,
    pub(super) number: Number,
    /// Numbers per voxel.
    pub(super) channels: usize,
    /// Where the voxels start in their file.
    pub(super) data_offset: u64,
    /// Slope and intercept, where they change anything.
    pub(super) scale: Option<[f64; 2]>,
    /// `pixdim[0..4]`.
    pub(super) pixdim: [f64; 4],
    /// The bits of `xyzt_units` for space.
    pub(super) unit: u8,
    pub(super) qform_code: i64,
    pub(super) quaternion: [f64; 3],
    pub(super) qoffset: [f64; 3],
    pub(super) sform_code: i64,
    /// Rows of the matrix from voxel to right, anterior, superior.
    pub(super) srow: [[f64; 4]; 3],
}

impl Header {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, ReadError> {
        let fields = Fields::find(bytes)?;
        let is_two = fields.is_two;
        let dims = dims(&fields)?;
        let (number, channels) = datatype(fields.i16(70, 12)?)?;
        let is_pair = fields
            .bytes
            .slice(if is_two { 4 } else { 344 }, 3, HEADER)?[1]
            == b'i';
        let volumes = dims[3..]
            .iter()
            .try_fold(1u64, |all, dim| all.checked_mul(*dim));
        Ok(Self {
            order: fields.order,
            is_pair,
            extent: [dims[0], dims[1], dims[2]],
            volumes: volumes.unwrap_or(u64::MAX),
            number,
            channels,
            data_offset: data_offset(&fields, is_pair)?,
            scale: scale(&fields)?.filter(|_| channels == 1),
            pixdim: fields.reals([76, 104], 0)?,
            unit: fields.units()? & 7,
            qform_code: fields.code(252, 344)?,
            quaternion: fields.reals([256, 352], 0)?,
            qoffset: fields.reals([256, 352], 3)?,
            sform_code: fields.code(254, 348)?,
            srow: [
                fields.reals([280, 400], 0)?,
                fields.reals([280, 400], 4)?,
                fields.reals([280, 400], 8)?,
            ],
        })
    }
}

const HEADER: &str = "the header";

/// Reads of fields that lie at one offset in NIfTI-1 and at another, mostly wider, in NIfTI-2.
struct Fields<'a> {
    bytes: Bytes<'a>,
    order: ByteOrder,
    is_two: bool,
}

impl<'a> Fields<'a> {
    /// The header's own length tells version and byte order.
    fn find(bytes: &'a [u8]) -> Result<Self, ReadError> {
        for order in [ByteOrder::Little, ByteOrder::Big] {
            let bytes = Bytes::ordered(FORMAT, bytes, order);
            let length = bytes.u32(0, HEADER)?;
            if matches!(length, ONE_BYTES | TWO_BYTES) {
                bytes.slice(0, length.into(), HEADER)?;
                let is_two = length == TWO_BYTES;
                return Ok(Self {
                    bytes,
                    order,
                    is_two,
                });
            }
        }
        let what = "the length of the header is neither 348 nor 540 bytes";
        Err(ReadError::field(FORMAT, "sizeof_hdr", what))
    }

    fn at(&self, one: u64, two: u64) -> u64 {
        if self.is_two { two } else { one }
    }

    fn units(&self) -> Result<u8, ReadError> {
        match self.is_two {
            true => self.bytes.i32(500, HEADER).map(|units| units as u8),
            false => self.bytes.u8(123, HEADER),
        }
    }

    fn i16(&self, one: u64, two: u64) -> Result<i16, ReadError> {
        self.bytes.i16(self.at(one, two), HEADER)
    }

    fn code(&self, one: u64, two: u64) -> Result<i64, ReadError> {
        match self.is_two {
            true => self.bytes.i32(two, HEADER).map(i64::from),
            false => self.bytes.i16(one, HEADER).map(i64::from),
        }
    }

    fn dim(&self, index: u64) -> Result<i64, ReadError> {
        match self.is_two {
            true => self.bytes.i64(16 + 8 * index, HEADER),
            false => self.bytes.i16(40 + 2 * index, HEADER).map(i64::from),
        }
    }

    fn real(&self, one: u64, two: u64) -> Result<f64, ReadError> {
        match self.is_two {
            true => self.bytes.f64(two, HEADER),
            false => self.bytes.f32(one, HEADER).map(f64::from),
        }
    }

    /// Consecutive reals of a list that starts at `[one, two]`, from its entry `first`.
    fn reals<const N: usize>(&self, start: [u64; 2], first: u64) -> Result<[f64; N], ReadError> {
        let mut values = [0.0; N];
        for (index, value) in (first..).zip(&mut values) {
            *value = self.real(start[0] + 4 * index, start[1] + 8 * index)?;
        }
        Ok(values)
    }
}

/// Lengths of the seven axes; 1 where the file has fewer.
fn dims(fields: &Fields<'_>) -> Result<[u64; 7], ReadError> {
    let count = fields.dim(0)?;
    if !(1..=7).contains(&count) {
        return Err(ReadError::field(FORMAT, "dim[0]", "it is not from 1 to 7"));
    }
    let mut dims = [1; 7];
    for (index, dim) in (1..=count as u64).zip(&mut dims) {
        let found = u64::try_from(fields.dim(index)?)
            .ok()
            .filter(|found| *found > 0);
        let fault = || ReadError::field(FORMAT, format!("dim[{index}]"), "it is not above 0");
        *dim = found.ok_or_else(fault)?;
    }
    Ok(dims)
}

/// The kind of number and how many make a voxel.
fn datatype(code: i16) -> Result<(Number, usize), ReadError> {
    let feature = match code {
        2 => return Ok((Number::U8, 1)),
        4 => return Ok((Number::I16, 1)),
        8 => return Ok((Number::I32, 1)),
        16 => return Ok((Number::F32, 1)),
        64 => return Ok((Number::F64, 1)),
        128 => return Ok((Number::U8, 3)),
        256 => return Ok((Number::I8, 1)),
        512 => return Ok((Number::U16, 1)),
        768 => return Ok((Number::U32, 1)),
        1_024 => return Ok((Number::I64, 1)),
        1_280 => return Ok((Number::U64, 1)),
        2_304 => return Ok((Number::U8, 4)),
        1 => "voxels of one bit (datatype 1)",
        32 | 1_792 | 2_048 => "complex voxels (datatype 32, 1792 or 2048)",
        1_536 => "voxels of 128-bit floats (datatype 1536)",
        _ => {
            return Err(ReadError::field(
                FORMAT,
                "datatype",
                "it is no code that NIfTI defines",
            ));
        }
    };
    Err(ReadError::Unsupported {
        format: FORMAT,
        feature: feature.to_owned(),
        advice: "save it with 8 or 16-bit integers or 32-bit floats and import that",
    })
}

fn data_offset(fields: &Fields<'_>, is_pair: bool) -> Result<u64, ReadError> {
    let fault = |what| Err(ReadError::field(FORMAT, "vox_offset", what));
    let offset = match fields.is_two {
        true => fields.bytes.i64(168, HEADER)? as f64,
        false => fields.real(108, 168)?,
    };
    // Compared like this, NaN is refused too.
    if !(offset >= 0.0 && offset.fract() == 0.0 && offset < 1e15) {
        return fault("it is no place in a file");
    }
    let header_bytes = fields.at(ONE_BYTES.into(), TWO_BYTES.into());
    match offset as u64 {
        // Some writers leave it open; four bytes behind the header say that no extension follows.
        0 if !is_pair => Ok(header_bytes + 4),
        inside if !is_pair && inside < header_bytes => {
            fault("the voxels would start inside the header")
        }
        offset => Ok(offset),
    }
}

/// A slope of 0 or one that is no number means that there is none.
fn scale(fields: &Fields<'_>) -> Result<Option<[f64; 2]>, ReadError> {
    let scale = [fields.real(112, 176)?, fields.real(116, 184)?];
    let [slope, inter] = scale;
    if !slope.is_finite() || slope == 0.0 || scale == [1.0, 0.0] {
        return Ok(None);
    }
    match inter.is_finite() {
        true => Ok(Some(scale)),
        false => Err(ReadError::field(
            FORMAT,
            "scl_inter",
            "it is no number, though a slope is given",
        )),
    }
}
