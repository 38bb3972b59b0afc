//! A volume with its masks as a folder that other tools can read.

use std::path::Path;

use fovea_annotation::{ContentHash, LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};

use super::whole_folder::{WholeFolder, write_whole};
use crate::{
    BscanPosition, Laterality, SourceFormat, Volume, WriteError, encode_png_gray8, encode_png_index,
};

/// What `manifest.json` of an exported folder holds. It names no person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// [`Manifest::FORMAT`].
    pub format: String,
    /// Size of every B-scan.
    pub size_px: SizePx,
    /// Physical size of a sample, where the source says.
    pub spacing_um: Option<SpacingUm>,
    /// Which eye.
    pub laterality: Laterality,
    /// What the volume was read from.
    pub source: SourceFormat,
    /// Name, colour and meaning of every class index.
    pub schema: LabelSchema,
    /// B-scans in acquisition order.
    pub bscans: Vec<ExportedBscan>,
}

/// The files of one B-scan, relative to the manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportedBscan {
    /// 8-bit gray PNG.
    pub image: String,
    /// SHA-256 of that file.
    pub image_sha256: ContentHash,
    /// PNG of class indices; absent for a B-scan without a label.
    pub mask: Option<String>,
    /// SHA-256 of that file.
    pub mask_sha256: Option<ContentHash>,
    /// Place on the fundus picture, where the source says.
    pub position: Option<BscanPosition>,
}

impl Manifest {
    /// Name and version of this layout.
    pub const FORMAT: &'static str = "fovea.folder/1";
}

/// Writes `images/NNNN.png`, `masks/NNNN.png` and `manifest.json` into `folder`, which must not exist yet.
///
/// All of it appears at once: files go into a folder beside it that is renamed at the end. `masks` holds one entry per
/// B-scan, `None` for one without a label; missing entries at the end count as `None`.
pub fn export_folder(
    folder: &Path,
    volume: &Volume,
    masks: &[Option<Mask>],
    schema: &LabelSchema,
) -> Result<Manifest, WriteError> {
    write_whole(folder, |folder| write_all(folder, volume, masks, schema))
}

fn write_all(
    folder: &WholeFolder,
    volume: &Volume,
    masks: &[Option<Mask>],
    schema: &LabelSchema,
) -> Result<Manifest, WriteError> {
    let mut bscans = Vec::with_capacity(volume.bscans.len());
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let (image, image_sha256) = write(
            folder,
            format!("images/{index:04}.png"),
            &encode_png_gray8(bscan.size, &bscan.pixels)?,
        )?;
        let mask = masks.get(index).and_then(Option::as_ref);
        let mask = mask
            .map(|mask| {
                write(
                    folder,
                    format!("masks/{index:04}.png"),
                    &encode_png_index(mask)?,
                )
            })
            .transpose()?;
        let (mask, mask_sha256) = mask.unzip();
        bscans.push(ExportedBscan {
            image,
            image_sha256,
            mask,
            mask_sha256,
            position: bscan.position,
        });
    }
    let manifest = Manifest {
        format: Manifest::FORMAT.to_owned(),
        size_px: volume.bscan_size(),
        spacing_um: volume.spacing_um,
        laterality: volume.laterality,
        source: volume.format,
        schema: schema.clone(),
        bscans,
    };
    // Finite numbers, strings and lists: there is nothing that could fail to serialize.
    let json = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
    folder.write("manifest.json", &json)?;
    Ok(manifest)
}

fn write(
    folder: &WholeFolder,
    name: String,
    bytes: &[u8],
) -> Result<(String, ContentHash), WriteError> {
    folder.write(&name, bytes)?;
    Ok((name, ContentHash::of(bytes)))
}
