//! labelme JSON: one file per picture, shapes with a name each.
//!
//! Coordinates are px from the top left corner of the picture (<https://github.com/wkentaro/labelme>). The picture
//! that may be embedded is passed over without being decoded.

use std::ops::Range;

use fovea_geometry::SizePx;
use serde::Deserialize;

use super::classes::Classes;
use super::files::LabelFile;
use super::paint::Painter;
use super::polygon::{disc_ranges, polygon_ranges};
use super::{ForeignLabels, LabelContext, LabelFormat};
use crate::{Budget, ReadError, Wanted, json};

const FORMAT: &str = "labelme";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    shapes: Vec<Shape>,
    image_path: Option<String>,
    image_width: Option<u32>,
    image_height: Option<u32>,
}

#[derive(Deserialize)]
struct Shape {
    label: String,
    points: Vec<[f64; 2]>,
    /// Absent in files of the first versions, which had polygons alone.
    shape_type: Option<String>,
}

/// Reads the files of one volume; shapes lie over each other in the order of the file. Polygons, rectangles and
/// circles have an inside; lines and points have none and are left out with a warning.
pub(crate) fn read(
    files: &[LabelFile],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let documents = files.iter().map(|file| {
        let document = json::parse::<Document>(FORMAT, &file.content);
        document.map_err(|error| file.blame(error))
    });
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    let names: Vec<&str> = files
        .iter()
        .zip(&documents)
        .map(|(file, document)| match &document.image_path {
            // Only bytes are known: the file itself says which picture it is for.
            Some(path) if file.name.is_empty() => path.as_str(),
            _ => file.name.as_str(),
        })
        .collect();
    let placed = context.place(FORMAT, &names)?;
    let mut painter = Painter::new(FORMAT, context.size, context.bscan_count, wanted, budget)?;
    let (mut classes, mut left_out) = (Classes::new(FORMAT), 0);
    for ((file, document), bscan) in files.iter().zip(&documents).zip(placed.bscans) {
        let Some(bscan) = bscan else { continue };
        let blame = |error| file.blame(error);
        check_size(document, context).map_err(blame)?;
        painter.touch(bscan);
        for (at, shape) in document.shapes.iter().enumerate() {
            let place = format!("shapes[{at}]");
            match inside(shape, context.size, &place).map_err(blame)? {
                Some(ranges) => painter.paint(bscan, classes.index(&shape.label)?, ranges)?,
                None => left_out += 1,
            }
        }
    }
    let (bscans, hidden) = painter.finish()?;
    let mut warnings: Vec<String> = placed.warning.into_iter().chain(hidden).collect();
    if left_out > 0 {
        warnings.push(format!(
            "{left_out} shapes are lines, points or masks, which were left out."
        ));
    }
    Ok(ForeignLabels {
        format: LabelFormat::Labelme,
        classes: classes.finish(),
        bscans,
        warnings,
    })
}

fn check_size(document: &Document, context: &LabelContext) -> Result<(), ReadError> {
    match (document.image_width, document.image_height) {
        (Some(width), Some(height)) => {
            context.check_size(FORMAT, "imageWidth", SizePx::new(width, height))
        }
        _ => Ok(()),
    }
}

/// Pixels inside a shape; `None` for one without an inside.
fn inside(
    shape: &Shape,
    size: SizePx,
    place: &str,
) -> Result<Option<Vec<Range<usize>>>, ReadError> {
    let ranges = match (shape.shape_type.as_deref(), shape.points.as_slice()) {
        (None | Some("polygon"), points) => polygon_ranges(points, size, FORMAT, place)?,
        (Some("rectangle"), [[x0, y0], [x1, y1]]) => {
            let corners = [[*x0, *y0], [*x1, *y0], [*x1, *y1], [*x0, *y1]];
            polygon_ranges(&corners, size, FORMAT, place)?
        }
        // Newer versions write all four corners.
        (Some("rectangle"), points @ [_, _, _, _]) => polygon_ranges(points, size, FORMAT, place)?,
        (Some("circle"), [centre, on_edge]) => disc_ranges(*centre, *on_edge, size, FORMAT, place)?,
        (Some("rectangle" | "circle"), _) => {
            return Err(ReadError::field(
                FORMAT,
                place,
                "it has another number of points than its kind needs",
            ));
        }
        _ => return Ok(None),
    };
    Ok(Some(ranges))
}
