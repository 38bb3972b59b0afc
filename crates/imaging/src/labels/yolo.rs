//! YOLO segmentation text: one file per picture, one line per outline.
//!
//! A line is `class x1 y1 x2 y2 …` with coordinates as fractions of width and height
//! (<https://docs.ultralytics.com/datasets/segment/>). Classes are numbers from 0; their names are in `data.yaml` or
//! `classes.txt`. Predictions may end each line with a confidence.

use super::classes::names_by_number;
use super::files::LabelFile;
use super::paint::Painter;
use super::polygon::polygon_ranges;
use super::{ForeignLabels, LabelContext, LabelFormat};
use crate::{Budget, ReadError, Wanted};

pub(crate) const FORMAT: &str = "YOLO-seg";

/// Reads the files of one volume; outlines lie over each other in the order of their lines. A file without a line
/// says that its picture has no label: a mask of background. `names` are the names of the classes from 0, as far as
/// they are known.
pub(crate) fn read(
    files: &[LabelFile],
    names: &[String],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let pictures: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let placed = context.place(FORMAT, &pictures)?;
    let mut painter = Painter::new(FORMAT, context.size, context.bscan_count, wanted, budget)?;
    let (mut boxes, mut highest, mut is_predicted) = (0, None, false);
    for (file, bscan) in files.iter().zip(placed.bscans) {
        let Some(bscan) = bscan else { continue };
        painter.touch(bscan);
        let has_confidences = has_confidences(&file.content);
        is_predicted |= has_confidences;
        for (number, line) in file.content.split(|byte| *byte == b'\n').enumerate() {
            let blame = |error| file.blame(error);
            match outline(line, number + 1, has_confidences).map_err(blame)? {
                Line::Empty => {}
                Line::Box => boxes += 1,
                Line::Outline(class, points) => {
                    highest = highest.max(Some(class));
                    let place = place(number + 1);
                    let points = to_px(points, context);
                    let ranges = polygon_ranges(&points, context.size, FORMAT, &place);
                    painter.paint(bscan, class + 1, ranges.map_err(blame)?)?;
                }
            }
        }
    }
    let (bscans, hidden) = painter.finish()?;
    let mut warnings: Vec<String> = placed.warning.into_iter().chain(hidden).collect();
    if is_predicted {
        warnings.push(
            "Every line ends with a confidence, as predictions do; confidences were left out."
                .to_owned(),
        );
    }
    if boxes > 0 {
        warnings.push(format!(
            "{boxes} lines are boxes without an outline and were left out."
        ));
    }
    Ok(ForeignLabels {
        format: LabelFormat::YoloSeg,
        classes: names_by_number(FORMAT, names, highest)?,
        bscans,
        warnings,
    })
}

/// True for text of which the first line with anything on it is a class and at least two points.
pub(crate) fn is_yolo(text: &str) -> bool {
    let line = text.lines().find(|line| !line.trim().is_empty());
    line.is_some_and(|line| {
        let line = line.as_bytes();
        let outline = outline(line, 1, ends_with_confidence(line));
        matches!(outline, Ok(Line::Outline(..) | Line::Box))
    })
}

/// Whether every line with anything on it ends with a confidence. Where only some have an odd number of values, those
/// are faults.
fn has_confidences(content: &[u8]) -> bool {
    let lines = content.split(|byte| *byte == b'\n');
    let mut lines = lines
        .filter(|line| !line.trim_ascii().is_empty())
        .peekable();
    lines.peek().is_some() && lines.all(ends_with_confidence)
}

/// Whether a line has one value more than its points take, from 0 to 1.
fn ends_with_confidence(line: &[u8]) -> bool {
    let line = str::from_utf8(line).unwrap_or_default();
    let values = line.split_ascii_whitespace().skip(1);
    let last = values.clone().last().and_then(|word| word.parse().ok());
    let is_share = last.is_some_and(|value: f64| (0.0..=1.0).contains(&value));
    // A box takes four values.
    let count = values.count();
    is_share && count >= 5 && count % 2 == 1
}

enum Line {
    Empty,
    /// A class with centre and size: object detection, no outline.
    Box,
    Outline(u8, Vec<[f64; 2]>),
}

fn place(line: usize) -> String {
    format!("line {line}")
}

/// What a line holds; its last value is left out where that is a confidence.
fn outline(line: &[u8], number: usize, has_confidence: bool) -> Result<Line, ReadError> {
    let fault = |what: &str| ReadError::field(FORMAT, place(number), what);
    let line = str::from_utf8(line).map_err(|_| fault("it is no text"))?;
    let mut words = line.split_ascii_whitespace();
    let Some(class) = words.next() else {
        return Ok(Line::Empty);
    };
    // One less than a mask can hold: 0 is background there.
    let class = class.parse().ok().filter(|class: &u8| *class < 255);
    let class = class.ok_or_else(|| fault("its class is no number from 0 to 254"))?;
    let mut values = Vec::new();
    for word in words {
        let value = word.parse().ok().filter(|value: &f64| value.is_finite());
        values.push(value.ok_or_else(|| fault("a coordinate is not a number"))?);
    }
    if has_confidence {
        values.pop();
    }
    match values.as_chunks() {
        (_, [_, ..]) => Err(fault(
            "it has an odd number of coordinates, and not every line ends with a confidence",
        )),
        (points, []) => match points.len() {
            0 | 1 => Err(fault("it has fewer than two points")),
            2 => Ok(Line::Box),
            _ => Ok(Line::Outline(class, points.to_vec())),
        },
    }
}

fn to_px(points: Vec<[f64; 2]>, context: &LabelContext) -> Vec<[f64; 2]> {
    let (width, height) = (
        f64::from(context.size.width),
        f64::from(context.size.height),
    );
    let point = |[x, y]: [f64; 2]| [x * width, y * height];
    points.into_iter().map(point).collect()
}
