//! A labelled volume as eyelab's `.eye`, which eyepy and eyelab open.

use std::io::{Cursor, Write};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::Labelled;
use super::layer_csv::boundaries_of;
use crate::eyelab::{LINES, LINES_META, META, SLO, SLO_META, SLO_TRANSFORM, VOLUME};
use crate::npy::npy;
use crate::{GrayImage, Laterality, LayerLine, Volume, WriteError};

/// The file: B-scans at 8 bits in their order, geometry, the fundus picture, a voxel map for each class that occurs,
/// and layer lines: the boundaries of the masks, then lines of the device under names that are still free.
///
/// A volume without a fundus picture gets the mean over depth instead, which eyepy asks for. Spacing is in mm; without
/// one the unit is the pixel. Which eye it is stands in the file where it is known.
pub fn eyelab_bytes(labelled: &Labelled<'_>) -> Result<Vec<u8>, WriteError> {
    let volume = labelled.volume;
    let size = volume.bscan_size();
    let mut zip = Zip(ZipWriter::new(Cursor::new(Vec::new())));
    let shape = [
        volume.bscans.len(),
        size.height as usize,
        size.width as usize,
    ];
    let pixels: Vec<u8> = volume
        .bscans
        .iter()
        .flat_map(|bscan| &bscan.pixels)
        .copied()
        .collect();
    zip.add(VOLUME, &npy("|u1", &shape, &pixels))?;
    drop(pixels);
    zip.add_json(META, &meta(volume))?;
    add_voxel_maps(&mut zip, labelled, shape)?;
    add_lines(&mut zip, labelled)?;
    match &volume.slo {
        Some(slo) => add_slo(&mut zip, volume, slo)?,
        None => add_projection(&mut zip, volume)?,
    }
    let bytes = zip.0.finish().map_err(refused)?;
    Ok(bytes.into_inner())
}

struct Zip(ZipWriter<Cursor<Vec<u8>>>);

impl Zip {
    fn add(&mut self, name: &str, content: &[u8]) -> Result<(), WriteError> {
        self.0
            .start_file(name, SimpleFileOptions::default())
            .map_err(refused)?;
        self.0
            .write_all(content)
            .map_err(|error| refused(error.into()))
    }

    fn add_json(&mut self, name: &str, value: &Value) -> Result<(), WriteError> {
        self.add(name, value.to_string().as_bytes())
    }
}

fn refused(error: ZipError) -> WriteError {
    WriteError::Unwritable {
        name: "the .eye file".to_owned(),
        reason: std::io::Error::other(error),
    }
}

fn meta(volume: &Volume) -> Value {
    let (unit, [x, y, z]) = match volume.spacing_um {
        Some(spacing) => (
            "mm",
            [spacing.x, spacing.y, spacing.z].map(|um| um / 1_000.0),
        ),
        None => ("pixel", [1.0; 3]),
    };
    let last = f64::from(volume.bscan_size().width.max(1) - 1);
    let count = volume.bscans.len();
    let bscans = volume.bscans.iter().enumerate().map(|(index, bscan)| {
        let mut meta = match bscan.position {
            Some(position) => json!({
                "start_pos": position.start_mm,
                "end_pos": position.end_mm,
                "pos_unit": "mm",
            }),
            // As eyepy has it: the first B-scan is the lowest in the fundus picture.
            None => json!({
                "start_pos": [0.0, (count - 1 - index) as f64],
                "end_pos": [last, (count - 1 - index) as f64],
                "pos_unit": "pixel",
            }),
        };
        if let Some(quality) = bscan.quality {
            meta["quality"] = json!(quality);
        }
        meta
    });
    json!({
        "scale_x": x,
        "scale_y": y,
        "scale_z": z,
        "scale_unit": unit,
        "laterality": laterality(volume),
        "bscan_meta": bscans.collect::<Vec<_>>(),
        "intensity_transform": "default",
        "par_algorithm": "default",
    })
}

fn laterality(volume: &Volume) -> &'static str {
    match volume.laterality {
        Laterality::Right => "OD",
        Laterality::Left => "OS",
        Laterality::Unknown => "NA",
    }
}

/// One map of packed bits per class, classes ascending.
fn add_voxel_maps(
    zip: &mut Zip,
    labelled: &Labelled<'_>,
    shape: [usize; 3],
) -> Result<(), WriteError> {
    let size = labelled.volume.bscan_size();
    let mut voxels = vec![0; shape.iter().product()];
    let mut occurs = [false; 256];
    let masks = labelled.masks.iter().take(shape[0]);
    for (of_bscan, mask) in voxels.chunks_mut(size.len().max(1)).zip(masks) {
        let Some(mask) = mask else { continue };
        super::same_size(size, mask)?;
        of_bscan.copy_from_slice(mask.classes());
        mask.classes()
            .iter()
            .for_each(|class| occurs[usize::from(*class)] = true);
    }
    let classes = (1..=u8::MAX).filter(|class| occurs[usize::from(*class)]);
    for (number, class) in classes.enumerate() {
        let of_schema = labelled.schema.class(class);
        let of_schema = of_schema.ok_or_else(|| WriteError::NotRepresentable {
            format: "eyelab .eye",
            what: format!("class {class}, which the label schema does not have"),
        })?;
        let pack = |eight: &[u8]| {
            let bits = eight.iter().enumerate();
            bits.fold(0_u8, |byte, (at, voxel)| {
                byte | u8::from(*voxel == class) << (7 - at)
            })
        };
        let packed: Vec<u8> = voxels.chunks(8).map(pack).collect();
        let stem = format!("annotations/voxels/voxel_map_{number}");
        zip.add(&format!("{stem}.bin"), &packed)?;
        let [red, green, blue] = of_schema.colour_rgb;
        let meta = json!({
            "annotation_meta": {
                "name": of_schema.name,
                "color": format!("#{red:02X}{green:02X}{blue:02X}"),
            },
            "compression_meta": { "shape": shape, "dtype": "bool" },
        });
        zip.add_json(&format!("{stem}_meta.json"), &meta)?;
    }
    Ok(())
}

fn add_lines(zip: &mut Zip, labelled: &Labelled<'_>) -> Result<(), WriteError> {
    let volume = labelled.volume;
    let drawn = boundaries_of(labelled)?;
    let mut names: Vec<&str> = Vec::new();
    for line in drawn
        .iter()
        .flatten()
        .chain(&volume.layer_lines)
        .flat_map(|of| &of.lines)
    {
        if is_present(line) && !names.contains(&line.name.as_str()) {
            names.push(&line.name);
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let (count, width) = (volume.bscans.len(), volume.bscan_size().width as usize);
    let mut heights = Vec::with_capacity(names.len() * count * width * 4);
    for name in &names {
        let is_drawn = drawn
            .iter()
            .flatten()
            .any(|of| of.get(name).is_some_and(is_present));
        for bscan in 0..count {
            let source = match is_drawn {
                true => drawn.get(bscan).and_then(Option::as_ref),
                false => volume.layer_lines.get(bscan),
            };
            let line = source.and_then(|lines| lines.get(name));
            let y_px = |ascan: usize| line.and_then(|line| line.y_px.get(ascan)).copied();
            let bytes = (0..width).flat_map(|ascan| y_px(ascan).unwrap_or(f32::NAN).to_le_bytes());
            heights.extend(bytes);
        }
    }
    zip.add(LINES, &npy("<f4", &[names.len(), count, width], &heights))?;
    let meta: Vec<Value> = names
        .iter()
        .map(|name| json!({ "name": name, "knots": {} }))
        .collect();
    zip.add_json(LINES_META, &Value::Array(meta))
}

fn is_present(line: &LayerLine) -> bool {
    line.y_px.iter().any(|y_px| y_px.is_finite())
}

fn add_slo(zip: &mut Zip, volume: &Volume, slo: &GrayImage) -> Result<(), WriteError> {
    let shape = [slo.size.height as usize, slo.size.width as usize];
    zip.add(SLO, &npy("|u1", &shape, &slo.pixels))?;
    let (unit, [x, y]) = match volume.slo_spacing_um {
        Some(spacing) => ("mm", spacing.map(|um| um / 1_000.0)),
        None => ("pixel", [1.0; 2]),
    };
    zip.add_json(
        SLO_META,
        &json!({ "scale_x": x, "scale_y": y, "scale_unit": unit, "laterality": laterality(volume) }),
    )?;
    // Without a place for each B-scan eyepy could not work the transform out.
    match volume.bscans.iter().all(|bscan| bscan.position.is_some())
        && volume.slo_spacing_um.is_some()
    {
        true => Ok(()),
        false => add_identity(zip),
    }
}

/// The mean over depth, the first B-scan at the bottom.
fn add_projection(zip: &mut Zip, volume: &Volume) -> Result<(), WriteError> {
    let size = volume.bscan_size();
    let width = size.width as usize;
    let mut projection = Vec::with_capacity(volume.bscans.len() * width);
    for bscan in volume.bscans.iter().rev() {
        let mut sums = vec![0_u64; width];
        for row in bscan.pixels.chunks_exact(width.max(1)) {
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, value)| *sum += u64::from(*value));
        }
        projection.extend(
            sums.into_iter()
                .map(|sum| (sum / u64::from(size.height.max(1))) as u8),
        );
    }
    zip.add(SLO, &npy("|u1", &[volume.bscans.len(), width], &projection))?;
    let (unit, x, y) = match volume.spacing_um {
        Some(spacing) => ("mm", spacing.x / 1_000.0, spacing.z / 1_000.0),
        None => ("pixel", 1.0, 1.0),
    };
    zip.add_json(
        SLO_META,
        &json!({ "scale_x": x, "scale_y": y, "scale_unit": unit, "laterality": laterality(volume) }),
    )?;
    add_identity(zip)
}

fn add_identity(zip: &mut Zip) -> Result<(), WriteError> {
    let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0_f64];
    let bytes = identity.map(f64::to_le_bytes).concat();
    zip.add(SLO_TRANSFORM, &npy("<f8", &[3, 3], &bytes))
}
