//! DICOM Height Map Segmentation (PS3.3 sections A.91 and C.8.20.5) to layer lines.
//!
//! A frame is a surface, a row of it a B-scan and a column an A-scan. A value is the distance of the surface from the
//! top edge of the B-scan in px, as in [`LayerLines`]; padding and what lies outside the picture is absent.

use std::collections::BTreeSet;

use dicom_core::PrimitiveValue;
use dicom_dictionary_std::tags;
use dicom_object::InMemDicomObject;

use super::dicom_seg::{
    advice, compressed, frame_count, instances, references_of, segment_name, segment_number_of,
};
use super::{ForeignBscan, ForeignLabels, LabelContext, LabelFormat};
use crate::dicom::lookup::{item_of, items_of, number_of};
use crate::dicom::surfaces::surface_name;
use crate::layer_lines::boundary_name;
use crate::{Budget, LayerLine, LayerLines, ReadError};

const FORMAT: &str = "DICOM Height Map";
/// Surfaces of one file; the standard names 16.
const SURFACES_MAX: u32 = 255;

/// The lines of an opened file.
pub(super) fn read(
    set: &InMemDicomObject,
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let surfaces = frame_count(FORMAT, set, budget)?;
    if surfaces > SURFACES_MAX {
        let found = format!("{surfaces} surfaces");
        return Err(ReadError::over(
            "The DICOM Height Map",
            found,
            format!("{SURFACES_MAX} surfaces"),
        ));
    }
    let columns = number_of(set, tags::COLUMNS).unwrap_or_default();
    if columns != u64::from(context.size.width) {
        let what = format!(
            "it is {columns}, but the B-scans of this volume have {} A-scans",
            context.size.width
        );
        return Err(ReadError::field(FORMAT, "Columns (0028,0011)", what));
    }
    let (bscans, uncertain) = bscans_of_rows(set, surfaces, context)?;
    let width = context.size.width as usize;
    let heights = Heights::of(set, surfaces as usize, bscans.len() * width)?;
    let names = names(set, surfaces)?;
    let mut outside_px = 0u64;
    let mut found = Vec::new();
    for (row, bscan_index) in bscans.iter().enumerate() {
        let line = |(surface, name): (usize, &String)| LayerLine {
            name: name.clone(),
            y_px: heights.row(surface, row, width, context.size.height, &mut outside_px),
        };
        let lines: Vec<LayerLine> = names.iter().enumerate().map(line).collect();
        let is_drawn = |line: &LayerLine| line.y_px.iter().any(|y| !y.is_nan());
        if lines.iter().any(is_drawn) {
            found.push(ForeignBscan {
                bscan_index: *bscan_index,
                image_name: None,
                mask: None,
                lines: LayerLines { lines },
            });
        }
    }
    found.sort_by_key(|bscan| bscan.bscan_index);
    let warning = (outside_px > 0)
        .then(|| format!("{outside_px} heights lie outside the B-scans and were left out."));
    Ok(ForeignLabels {
        format: LabelFormat::DicomHeightMap,
        classes: Vec::new(),
        bscans: found,
        warnings: uncertain.into_iter().chain(warning).collect(),
    })
}

/// The B-scan of each row, which is the same for all surfaces, and the sentence to go with an uncertain rule: rows are
/// the frames or the objects of the scan that the map refers to, and all of its B-scans in order where it refers to the
/// whole scan.
fn bscans_of_rows(
    set: &InMemDicomObject,
    surfaces: u32,
    context: &LabelContext,
) -> Result<(Vec<u32>, Option<String>), ReadError> {
    let rows = number_of(set, tags::ROWS).unwrap_or_default();
    let references = references_of(set, 0);
    if (1..surfaces as usize).any(|surface| references_of(set, surface) != references) {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            feature: "surfaces of different B-scans".to_owned(),
            advice: "export each set of B-scans to a file of its own",
        });
    }
    match references.as_slice() {
        [one] if !one.frames.is_empty() => Ok((by_frame(&one.frames, rows, context)?, None)),
        [_] => Ok((in_order(rows, context)?, None)),
        [] => {
            let warning = (context.bscan_count > 1).then(|| {
                "The rows do not name their B-scans and were put to them by their order; check the first and the last one."
                    .to_owned()
            });
            Ok((in_order(rows, context)?, warning))
        }
        [_, _, ..] => {
            let of_rows: Vec<_> = references.into_iter().map(|of| vec![of]).collect();
            let bscans = instances(&of_rows, context).ok_or_else(|| ReadError::Unsupported {
                format: FORMAT,
                feature: "rows of several objects that are not known as B-scans of the scan"
                    .to_owned(),
                advice: advice(context),
            })?;
            Ok((one_each(bscans, rows, context)?, None))
        }
    }
}

fn fault(what: String) -> ReadError {
    ReadError::field(FORMAT, "Rows (0028,0010)", what)
}

fn in_order(rows: u64, context: &LabelContext) -> Result<Vec<u32>, ReadError> {
    let count = context.bscan_count;
    match rows == u64::from(count) {
        true => Ok((0..count).collect()),
        false => Err(fault(format!(
            "it is {rows}, but this volume has {count} B-scans"
        ))),
    }
}

fn by_frame(numbers: &[u64], rows: u64, context: &LabelContext) -> Result<Vec<u32>, ReadError> {
    let inside = |number: &u64| {
        let index = number.checked_sub(1)?;
        (index < u64::from(context.bscan_count)).then_some(index as u32)
    };
    // Numbers of no B-scan are missing then, and the rows too many.
    one_each(numbers.iter().filter_map(inside).collect(), rows, context)
}

/// Refuses more or fewer B-scans than rows, and one that has two.
fn one_each(bscans: Vec<u32>, rows: u64, context: &LabelContext) -> Result<Vec<u32>, ReadError> {
    let distinct: BTreeSet<&u32> = bscans.iter().collect();
    match bscans.len() as u64 == rows && distinct.len() == bscans.len() {
        true => Ok(bscans),
        false => Err(fault(format!(
            "its {rows} rows are not one for each of {} different frames of a volume of {} B-scans",
            distinct.len(),
            context.bscan_count
        ))),
    }
}

/// Values of all surfaces.
struct Heights<'a> {
    values: Values<'a>,
    surface_px: usize,
    /// Values that stand for nothing, ends included.
    padding: Option<(f64, f64)>,
}

enum Values<'a> {
    Single(&'a [f32]),
    Double(&'a [f64]),
}

impl<'a> Heights<'a> {
    fn of(
        set: &'a InMemDicomObject,
        surfaces: usize,
        surface_px: usize,
    ) -> Result<Self, ReadError> {
        let place = "Float Pixel Data (7FE0,0008)";
        let element = set
            .get(tags::FLOAT_PIXEL_DATA)
            .or_else(|| set.get(tags::DOUBLE_FLOAT_PIXEL_DATA))
            .ok_or_else(|| ReadError::field(FORMAT, place, "it is missing"))?;
        let (values, count) = match element.value().primitive() {
            Some(PrimitiveValue::F32(values)) => (Values::Single(values), values.len()),
            Some(PrimitiveValue::F64(values)) => (Values::Double(values), values.len()),
            Some(_) => return Err(ReadError::field(FORMAT, place, "it holds no numbers")),
            None => return Err(compressed(FORMAT)),
        };
        if surfaces
            .checked_mul(surface_px)
            .is_none_or(|needed| needed > count)
        {
            let what = format!(
                "{surfaces} surfaces of {surface_px} heights do not fit its {count} numbers"
            );
            return Err(ReadError::field(FORMAT, place, what));
        }
        Ok(Self {
            values,
            surface_px,
            padding: padding(set),
        })
    }

    /// Heights of one surface in one B-scan; NaN where it is absent. What is neither padding nor in the picture is
    /// counted.
    fn row(
        &self,
        surface: usize,
        row: usize,
        width: usize,
        depth_px: u32,
        outside_px: &mut u64,
    ) -> Vec<f32> {
        let start = surface * self.surface_px + row * width;
        let mut height = |value: f64| {
            let is_padding = self
                .padding
                .is_some_and(|(low, high)| (low..=high).contains(&value));
            match (0.0..=f64::from(depth_px)).contains(&value) {
                _ if is_padding || value.is_nan() => f32::NAN,
                true => value as f32,
                false => {
                    *outside_px += 1;
                    f32::NAN
                }
            }
        };
        match self.values {
            Values::Single(values) => values[start..start + width]
                .iter()
                .map(|value| height(f64::from(*value)))
                .collect(),
            Values::Double(values) => values[start..start + width]
                .iter()
                .map(|value| height(*value))
                .collect(),
        }
    }
}

/// The range of padding: from Float Pixel Padding Value to Float Pixel Padding Range Limit, or their doubles.
fn padding(set: &InMemDicomObject) -> Option<(f64, f64)> {
    let number = |tag| set.get(tag)?.value().to_float64().ok();
    let value = number(tags::FLOAT_PIXEL_PADDING_VALUE)
        .or_else(|| number(tags::DOUBLE_FLOAT_PIXEL_PADDING_VALUE))?;
    let limit = number(tags::FLOAT_PIXEL_PADDING_RANGE_LIMIT)
        .or_else(|| number(tags::DOUBLE_FLOAT_PIXEL_PADDING_RANGE_LIMIT))
        .unwrap_or(value);
    Some((value.min(limit), value.max(limit)))
}

/// One name per surface, none twice.
fn names(set: &InMemDicomObject, surfaces: u32) -> Result<Vec<String>, ReadError> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::new();
    for surface in 0..surfaces as usize {
        let number = segment_number_of(set, surface);
        let segment = items_of(set, tags::SEGMENT_SEQUENCE)
            .iter()
            .find(|item| number.is_some() && number_of(item, tags::SEGMENT_NUMBER) == number);
        let (Some(segment), Some(number)) = (segment, number) else {
            return Err(ReadError::field(
                FORMAT,
                format!(
                    "Referenced Segment Number (0062,000B) of frame {}",
                    surface + 1
                ),
                "it is missing or no segment of the file",
            ));
        };
        let label = segment_name(segment, number);
        let known = item_of(segment, tags::SEGMENTED_PROPERTY_TYPE_CODE_SEQUENCE)
            .and_then(surface_name)
            .or_else(|| boundary_name(&label));
        let numbered = format!("{label} {number}");
        let name = known
            .map(str::to_owned)
            .into_iter()
            .chain([label, numbered])
            .find(|name| !taken.contains(name))
            .unwrap_or_else(|| format!("surface {}", surface + 1));
        taken.insert(name.clone());
        names.push(name);
    }
    Ok(names)
}
