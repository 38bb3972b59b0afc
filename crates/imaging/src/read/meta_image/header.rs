//! The text of a MetaImage header: lines of `Key = value`, the last of which is `ElementDataFile`.
//!
//! Source: the MetaIO documentation of Kitware (ITK). Keys that are not listed here, `Comment` among them, are not read:
//! they may name a person.

use super::FORMAT;
use crate::ReadError;
use crate::bytes::ByteOrder;
use crate::read::grid::Number;

/// A header that is longer is none.
const MAX_HEADER_BYTES: usize = 1 << 16;

/// What the header says of the voxels.
pub(super) struct Header<'a> {
    /// Voxels along the first three axes.
    pub(super) extent: [u64; 3],
    /// Axes that are stored.
    pub(super) axis_count: usize,
    /// Volumes one behind the other.
    pub(super) volumes: u64,
    pub(super) number: Number,
    /// Numbers per voxel.
    pub(super) channels: usize,
    pub(super) order: ByteOrder,
    pub(super) is_packed: bool,
    /// Bytes before the voxels in each file of them; `None` where the voxels end the file.
    pub(super) skip: Option<u64>,
    /// Distance of voxels along the three axes in `unit_um`, 1 where the file has none.
    pub(super) spacing: [f64; 3],
    pub(super) unit_um: f64,
    /// Left, posterior, superior for each stored axis.
    pub(super) directions: Option<[[f64; 3]; 3]>,
    pub(super) warnings: Vec<String>,
    /// What `ElementDataFile` says.
    pub(super) data_file: &'a str,
    /// Everything behind the header.
    pub(super) rest: &'a [u8],
    /// Where `rest` starts.
    pub(super) rest_offset: u64,
}

impl<'a> Header<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let (fields, rest) = Fields::split(bytes)?;
        if fields
            .get(&["ObjectType"])
            .is_some_and(|kind| kind != "Image")
        {
            return Err(unsupported("an object that is no image"));
        }
        if fields.is_true(&["BinaryData"]) == Some(false) {
            return Err(unsupported("its voxels written as text"));
        }
        let axis_count = fields.number::<usize>("NDims")?;
        if !(2..=4).contains(&axis_count) {
            return Err(ReadError::field(FORMAT, "NDims", "it is not from 2 to 4"));
        }
        let sizes = fields.list::<u64>(&["DimSize"], axis_count)?;
        let sizes = sizes.ok_or_else(|| missing("DimSize"))?;
        let size = |axis: usize| sizes.get(axis).copied().unwrap_or(1);
        let number = element_type(fields.get(&["ElementType"]).unwrap_or_default())?;
        let is_big = fields.is_true(&["ElementByteOrderMSB", "BinaryDataByteOrderMSB"]);
        Ok(Self {
            extent: [size(0), size(1), size(2)],
            axis_count,
            volumes: size(3),
            number,
            channels: fields.optional("ElementNumberOfChannels")?.unwrap_or(1),
            order: if is_big == Some(true) {
                ByteOrder::Big
            } else {
                ByteOrder::Little
            },
            is_packed: fields.is_true(&["CompressedData"]) == Some(true),
            skip: skip(&fields)?,
            spacing: spacing(&fields, axis_count)?,
            unit_um: unit_um(&fields)?,
            directions: directions(&fields, axis_count)?,
            warnings: warnings(&fields),
            data_file: fields.get(&["ElementDataFile"]).unwrap_or_default(),
            rest,
            rest_offset: (bytes.len() - rest.len()) as u64,
        })
    }
}

pub(super) fn unsupported(feature: &str) -> ReadError {
    ReadError::Unsupported {
        format: FORMAT,
        feature: feature.to_owned(),
        advice: "save it with one 8 or 16-bit integer or 32-bit float per voxel and import that",
    }
}

fn missing(key: &str) -> ReadError {
    ReadError::field(FORMAT, key, "it is missing")
}

/// The lines of the header.
struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// All fields up to `ElementDataFile`, and what follows that line.
    fn split(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), ReadError> {
        let head = &bytes[..bytes.len().min(MAX_HEADER_BYTES)];
        let mut fields = Vec::new();
        let mut start = 0;
        while start < head.len() {
            let line = head[start..]
                .split(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default();
            // The last line need not end.
            let next = (start + line.len() + 1).min(bytes.len());
            start = next;
            // Other lines may be of any encoding; those that matter are ASCII.
            let Some((key, value)) = str::from_utf8(line)
                .ok()
                .and_then(|line| line.split_once('='))
            else {
                continue;
            };
            fields.push((key.trim(), value.trim()));
            if key.trim() == "ElementDataFile" {
                return Ok((Self(fields), &bytes[next..]));
            }
        }
        match bytes.len() < MAX_HEADER_BYTES {
            true => Err(ReadError::truncated(
                FORMAT,
                bytes.len() as u64,
                "the header",
            )),
            false => Err(missing("ElementDataFile")),
        }
    }

    /// The value of the first of `keys` that there is; of several lines the last counts, as for MetaIO.
    fn get(&self, keys: &[&str]) -> Option<&'a str> {
        let value = |key: &&str| self.0.iter().rev().find(|(found, _)| found == key);
        keys.iter().find_map(value).map(|(_, value)| *value)
    }

    fn is_true(&self, keys: &[&str]) -> Option<bool> {
        self.get(keys)
            .map(|value| value.starts_with(['T', 't', '1']))
    }

    fn optional<T: std::str::FromStr>(&self, key: &str) -> Result<Option<T>, ReadError> {
        let parse = |value: &str| {
            let fault = |_| ReadError::field(FORMAT, key, "it is no number of its kind");
            value.parse().map_err(fault)
        };
        self.get(&[key]).map(parse).transpose()
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> Result<T, ReadError> {
        self.optional(key)?.ok_or_else(|| missing(key))
    }

    /// Exactly `count` numbers.
    fn list<T: std::str::FromStr>(
        &self,
        keys: &[&str],
        count: usize,
    ) -> Result<Option<Vec<T>>, ReadError> {
        let Some(value) = self.get(keys) else {
            return Ok(None);
        };
        let numbers: Option<Vec<T>> = value
            .split_whitespace()
            .map(|word| word.parse().ok())
            .collect();
        let numbers = numbers.filter(|numbers| numbers.len() == count);
        let fault =
            || ReadError::field(FORMAT, keys[0], format!("it is no list of {count} numbers"));
        numbers.map(Some).ok_or_else(fault)
    }
}

/// `MET_LONG` has four bytes on disk, whatever the machine. Of an array per voxel the number of channels tells the length.
fn element_type(name: &str) -> Result<Number, ReadError> {
    Ok(match name.strip_suffix("_ARRAY").unwrap_or(name) {
        "MET_UCHAR" => Number::U8,
        "MET_CHAR" => Number::I8,
        "MET_USHORT" => Number::U16,
        "MET_SHORT" => Number::I16,
        "MET_UINT" | "MET_ULONG" => Number::U32,
        "MET_INT" | "MET_LONG" => Number::I32,
        "MET_ULONG_LONG" => Number::U64,
        "MET_LONG_LONG" => Number::I64,
        "MET_FLOAT" => Number::F32,
        "MET_DOUBLE" => Number::F64,
        "" => return Err(missing("ElementType")),
        _ => {
            return Err(unsupported(
                "an ElementType other than MET_CHAR to MET_DOUBLE",
            ));
        }
    })
}

fn skip(fields: &Fields<'_>) -> Result<Option<u64>, ReadError> {
    match fields.optional::<i64>("HeaderSize")?.unwrap_or(0) {
        -1 => Ok(None),
        size => match u64::try_from(size) {
            Ok(size) => Ok(Some(size)),
            Err(_) => Err(ReadError::field(FORMAT, "HeaderSize", "it is below -1")),
        },
    }
}

fn spacing(fields: &Fields<'_>, axis_count: usize) -> Result<[f64; 3], ReadError> {
    let stated = fields.list::<f64>(&["ElementSpacing", "ElementSize"], axis_count)?;
    let stated = stated.unwrap_or_default();
    Ok([0, 1, 2].map(|axis| stated.get(axis).copied().unwrap_or(1.0)))
}

/// µm per unit; mm where the file names none, as MetaIO has it.
fn unit_um(fields: &Fields<'_>) -> Result<f64, ReadError> {
    match fields.get(&["DistanceUnits"]) {
        Some("um") => Ok(1.0),
        Some("cm") => Ok(1e4),
        None | Some("mm" | "?" | "") => Ok(1e3),
        Some(_) => Err(ReadError::field(
            FORMAT,
            "DistanceUnits",
            "it is none of um, mm and cm",
        )),
    }
}

/// Each axis's direction is a row of the matrix.
fn directions(fields: &Fields<'_>, axis_count: usize) -> Result<Option<[[f64; 3]; 3]>, ReadError> {
    let keys = ["TransformMatrix", "Rotation", "Orientation"];
    let matrix = fields.list::<f64>(&keys, axis_count * axis_count)?;
    Ok(matrix.map(|matrix| {
        [0, 1, 2].map(|axis| {
            [0, 1, 2].map(|side| match axis.max(side) < axis_count {
                true => matrix[axis * axis_count + side],
                // A flat image has no third axis; it is taken to run upright to the others.
                false => f64::from(u8::from(axis == side)),
            })
        })
    }))
}

fn warnings(fields: &Fields<'_>) -> Vec<String> {
    let mut warnings = Vec::new();
    let is_turned = fields
        .get(&["AnatomicalOrientation"])
        .is_some_and(|letters| !matches!(letters, "RAI" | "???" | "??" | ""));
    if is_turned
        && fields
            .get(&["TransformMatrix", "Rotation", "Orientation"])
            .is_none()
    {
        warnings.push(
            "The file states its orientation by AnatomicalOrientation alone, which was not applied; check that the vitreous \
             is at the top."
                .to_owned(),
        );
    }
    let slope = fields.get(&["ElementToIntensityFunctionSlope"]);
    let offset = fields.get(&["ElementToIntensityFunctionOffset"]);
    let is = |value: Option<&str>, plain: f64| value.is_none_or(|text| text.parse() == Ok(plain));
    if !is(slope, 1.0) || !is(offset, 0.0) {
        warnings.push(
            "The file names a function from its values to intensities, which was not applied."
                .to_owned(),
        );
    }
    warnings
}
