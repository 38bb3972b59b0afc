//! A labelled volume as COCO JSON with its pictures: what detection and segmentation tools train on.

use std::path::Path;

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;
use serde::Serialize;

use super::Labelled;
use super::staged::Staged;
use crate::{WriteError, encode_png_gray8, rle};

/// Name of the JSON inside the folder.
const ANNOTATIONS: &str = "annotations.json";

#[derive(Serialize)]
struct Dataset<'a> {
    info: Info<'a>,
    images: Vec<Image>,
    annotations: Vec<Annotation>,
    categories: Vec<Category<'a>>,
}

#[derive(Serialize)]
struct Info<'a> {
    description: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Image {
    id: usize,
    width: u32,
    height: u32,
    file_name: String,
}

#[derive(Serialize)]
struct Category<'a> {
    id: u8,
    name: &'a str,
    supercategory: &'static str,
}

#[derive(Serialize)]
struct Annotation {
    id: usize,
    image_id: usize,
    category_id: u8,
    segmentation: Runs,
    area: u64,
    bbox: [u32; 4],
    iscrowd: u8,
}

#[derive(Serialize)]
struct Runs {
    size: [u32; 2],
    counts: String,
}

/// Writes `images/NNNN.png` and `annotations.json` into `folder`, which must not exist yet; all of it appears at
/// once.
///
/// Each class of a B-scan is one annotation: run lengths down the columns in the packed text of the COCO API, its
/// area in px, and its box `[x, y, width, height]`. Categories are the classes of the schema without background,
/// with the class index as id; picture ids count from 1. A B-scan without a label is there without annotations.
pub fn export_coco(folder: &Path, labelled: &Labelled<'_>) -> Result<(), WriteError> {
    let mut staged = Staged::default();
    for (index, bscan) in labelled.volume.bscans.iter().enumerate() {
        let png = encode_png_gray8(bscan.size, &bscan.pixels)?;
        staged.in_folder(folder, &image_name(index), &png)?;
    }
    staged.in_folder(folder, ANNOTATIONS, coco_json(labelled)?.as_bytes())?;
    staged.finish()
}

/// The JSON of [`export_coco`], for pictures called `images/NNNN.png`.
pub fn coco_json(labelled: &Labelled<'_>) -> Result<String, WriteError> {
    let bscans = &labelled.volume.bscans;
    let images = bscans.iter().enumerate().map(|(index, bscan)| Image {
        id: index + 1,
        width: bscan.size.width,
        height: bscan.size.height,
        file_name: image_name(index),
    });
    let mut annotations = Vec::new();
    let masks = labelled.masks.iter().take(bscans.len()).enumerate();
    for (index, mask) in masks.filter_map(|(index, mask)| Some((index, mask.as_ref()?))) {
        super::same_size(bscans[index].size, mask)?;
        annotate(&mut annotations, index + 1, mask, labelled.schema)?;
    }
    let categories = labelled
        .schema
        .classes
        .iter()
        .filter(|class| class.index > 0);
    let dataset = Dataset {
        info: Info {
            description: "OCT B-scans with labels, exported by Fovea",
            version: &labelled.schema.id,
        },
        images: images.collect(),
        annotations,
        categories: categories
            .map(|class| Category {
                id: class.index,
                name: &class.name,
                supercategory: super::kind_name(class.kind),
            })
            .collect(),
    };
    // Strings and numbers: there is nothing that could fail to serialize.
    Ok(serde_json::to_string(&dataset).unwrap_or_default())
}

fn image_name(index: usize) -> String {
    format!("images/{index:04}.png")
}

fn annotate(
    annotations: &mut Vec<Annotation>,
    image_id: usize,
    mask: &Mask,
    schema: &LabelSchema,
) -> Result<(), WriteError> {
    let columns = down_the_columns(mask);
    for (class, extent) in (0..=u8::MAX).zip(extents(mask)).skip(1) {
        let Some(extent) = extent else { continue };
        if schema.class(class).is_none() {
            return Err(WriteError::NotRepresentable {
                format: "COCO JSON",
                what: format!("class {class}, which the label schema does not have"),
            });
        }
        let counts = rle::counts(columns.iter().map(|found| *found == class));
        annotations.push(Annotation {
            id: annotations.len() + 1,
            image_id,
            category_id: class,
            segmentation: Runs {
                size: [mask.size().height, mask.size().width],
                counts: rle::pack(&counts),
            },
            area: extent.area_px,
            bbox: [
                extent.x0,
                extent.y0,
                extent.x1 + 1 - extent.x0,
                extent.y1 + 1 - extent.y0,
            ],
            iscrowd: 0,
        });
    }
    Ok(())
}

fn down_the_columns(mask: &Mask) -> Vec<u8> {
    let SizePx { width, .. } = mask.size();
    let column = |x: u32| {
        mask.classes()
            .iter()
            .skip(x as usize)
            .step_by(width as usize)
    };
    (0..width).flat_map(column).copied().collect()
}

/// Area and outermost pixels of a class.
#[derive(Clone, Copy)]
struct Extent {
    area_px: u64,
    x0: u32,
    y0: u32,
    x1: u32,
    y1: u32,
}

/// By class index.
fn extents(mask: &Mask) -> [Option<Extent>; 256] {
    let mut extents = [None; 256];
    for y in 0..mask.size().height {
        for (x, class) in (0..).zip(mask.row(y)) {
            let extent = extents[usize::from(*class)].get_or_insert(Extent {
                area_px: 0,
                x0: x,
                y0: y,
                x1: x,
                y1: y,
            });
            extent.area_px += 1;
            extent.x0 = extent.x0.min(x);
            extent.x1 = extent.x1.max(x);
            extent.y1 = y;
        }
    }
    extents
}
