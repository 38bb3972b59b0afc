//! COCO JSON: one file for many pictures, outlines as polygons or run lengths.
//!
//! Format: <https://cocodataset.org/#format-data> (object detection and segmentation). Polygon coordinates are px
//! from the top left corner of the picture; run lengths go down the columns. The polygons of one annotation are
//! united; a hole takes run lengths.

use std::collections::{BTreeMap, HashMap};

use fovea_geometry::SizePx;
use serde::Deserialize;

use super::paint::Painter;
use super::polygon::polygon_ranges;
use super::{ForeignClass, ForeignLabels, LabelContext, LabelFormat};
use crate::{Budget, ReadError, Wanted, json, rle};

const FORMAT: &str = "COCO JSON";

#[derive(Deserialize)]
struct Dataset {
    images: Vec<Image>,
    #[serde(default)]
    annotations: Vec<Annotation>,
    categories: Vec<Category>,
}

#[derive(Deserialize)]
struct Image {
    id: i64,
    width: u32,
    height: u32,
    file_name: String,
}

#[derive(Deserialize)]
struct Category {
    id: i64,
    name: String,
}

#[derive(Deserialize)]
struct Annotation {
    image_id: i64,
    category_id: i64,
    #[serde(default)]
    segmentation: Option<Segmentation>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Segmentation {
    Polygons(Vec<Vec<f64>>),
    Runs { size: [u32; 2], counts: Counts },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Counts {
    Packed(String),
    Plain(Vec<u64>),
}

impl Segmentation {
    fn is_empty(&self) -> bool {
        matches!(self, Self::Polygons(polygons) if polygons.is_empty())
    }
}

/// Reads a whole dataset; annotations lie over each other in the order of the file.
pub(crate) fn read(
    bytes: &[u8],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let dataset: Dataset = json::parse(FORMAT, bytes)?;
    let classes = classes(&dataset.categories)?;
    let (bscan_of, mut warnings) = place(&dataset, context)?;
    let mut painter = Painter::new(FORMAT, context.size, context.bscan_count, wanted, budget)?;
    let mut boxes = 0;
    for (at, annotation) in dataset.annotations.iter().enumerate() {
        let fault = |key: &str, what: &str| {
            ReadError::field(FORMAT, format!("annotations[{at}].{key}"), what)
        };
        let bscan = bscan_of
            .get(&annotation.image_id)
            .ok_or_else(|| fault("image_id", "no picture has this id"))?;
        let class = classes
            .get(&annotation.category_id)
            .ok_or_else(|| fault("category_id", "no category has this id"))?;
        let outline = annotation
            .segmentation
            .as_ref()
            .filter(|outline| !outline.is_empty());
        match (bscan, outline) {
            (_, None) => boxes += 1,
            (None, Some(_)) => {}
            (Some(bscan), Some(outline)) => {
                let place = format!("annotations[{at}].segmentation");
                paint(&mut painter, *bscan, class.index, outline, &place)?;
            }
        }
    }
    if boxes > 0 {
        warnings.push(format!(
            "{boxes} annotations are boxes without an outline and were left out."
        ));
    }
    let (bscans, hidden) = painter.finish()?;
    warnings.extend(hidden);
    let here = bscan_of.values().flatten().count();
    if here > bscans.len() {
        warnings.push(format!(
            "{} pictures have no annotation; their B-scans get no label.",
            here - bscans.len()
        ));
    }
    let mut classes: Vec<ForeignClass> = classes.into_values().collect();
    classes.sort_by_key(|class| class.index);
    Ok(ForeignLabels {
        format: LabelFormat::Coco,
        classes,
        bscans,
        warnings,
    })
}

/// Classes by the id of their category. An id is kept where a mask can hold all of them, else they are numbered.
fn classes(categories: &[Category]) -> Result<BTreeMap<i64, ForeignClass>, ReadError> {
    let names: BTreeMap<i64, &str> = categories
        .iter()
        .map(|category| (category.id, category.name.as_str()))
        .collect();
    if names.len() != categories.len() {
        return Err(ReadError::field(
            FORMAT,
            "categories",
            "two of them have one id",
        ));
    }
    if names.len() > 255 {
        return Err(ReadError::Unsupported {
            format: FORMAT,
            feature: "more than 255 categories".to_owned(),
            advice: "leave out the categories that are not needed and export it again",
        });
    }
    let fit = names.keys().all(|id| (1..=255).contains(id));
    let class = |(number, (id, name)): (u8, (i64, &str))| {
        let index = if fit { id as u8 } else { number };
        let name = name.to_owned();
        (id, ForeignClass { index, name })
    };
    Ok((1..=u8::MAX).zip(names).map(class).collect())
}

/// By the id of a picture; none for a picture of another volume.
type BscanOfImage = HashMap<i64, Option<u32>>;

/// The B-scan that each picture is, and what to say about it.
fn place(
    dataset: &Dataset,
    context: &LabelContext,
) -> Result<(BscanOfImage, Vec<String>), ReadError> {
    let names: Vec<&str> = dataset
        .images
        .iter()
        .map(|image| image.file_name.as_str())
        .collect();
    let placed = context.place(FORMAT, &names)?;
    let mut bscan_of = HashMap::new();
    for (at, (image, bscan)) in dataset.images.iter().zip(placed.bscans).enumerate() {
        if bscan.is_some() {
            let place = format!("images[{at}]");
            context.check_size(FORMAT, &place, SizePx::new(image.width, image.height))?;
        }
        if bscan_of.insert(image.id, bscan).is_some() {
            let place = format!("images[{at}].id");
            return Err(ReadError::field(
                FORMAT,
                place,
                "another picture has the same id",
            ));
        }
    }
    Ok((bscan_of, placed.warning.into_iter().collect()))
}

fn paint(
    painter: &mut Painter<'_>,
    bscan: u32,
    class: u8,
    outline: &Segmentation,
    place: &str,
) -> Result<(), ReadError> {
    let fault = |what: &str| ReadError::field(FORMAT, place, what);
    let size = painter.size();
    match outline {
        Segmentation::Polygons(polygons) => {
            for polygon in polygons {
                let (points, rest) = polygon.as_chunks::<2>();
                if !rest.is_empty() {
                    return Err(fault("a polygon has an odd number of coordinates"));
                }
                painter.paint(bscan, class, polygon_ranges(points, size, FORMAT, place)?)?;
            }
            Ok(())
        }
        Segmentation::Runs {
            size: [height, width],
            counts,
        } => {
            if (*width, *height) != (size.width, size.height) {
                return Err(fault("its run lengths are for a picture of another size"));
            }
            let unpacked;
            let counts = match counts {
                Counts::Plain(counts) => counts,
                Counts::Packed(text) => {
                    unpacked = rle::unpack(text.as_bytes())
                        .ok_or_else(|| fault("its run lengths are not well formed"))?;
                    &unpacked
                }
            };
            let ranges = rle::ranges(counts, size.len() as u64)
                .ok_or_else(|| fault("its run lengths do not add up to the picture"))?;
            let height = u64::from(size.height);
            let pixels = ranges.into_iter().flatten().map(|at| {
                let (x, y) = (at / height, at % height);
                let index = size.index(x as u32, y as u32);
                index..index + 1
            });
            painter.paint(bscan, class, pixels)
        }
    }
}
