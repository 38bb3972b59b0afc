//! A volume with its masks as a folder that other tools can read.

use std::path::Path;

use fovea_annotation::{ContentHash, LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};

use super::staged::Staged;
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
/// All of it appears at once, or nothing; see [`Staged`]. `masks` holds one entry per B-scan, `None` for one without a label; missing entries at the end count as `None`.
pub fn export_folder(
    folder: &Path,
    volume: &Volume,
    masks: &[Option<Mask>],
    schema: &LabelSchema,
) -> Result<Manifest, WriteError> {
    let mut staged = Staged::default();
    let mut write = |name: String, bytes: &[u8]| {
        staged.in_folder(folder, &name, bytes)?;
        Ok((name, ContentHash::of(bytes)))
    };
    let manifest = write_all(&mut write, volume, masks, schema)?;
    staged.finish()?;
    Ok(manifest)
}

/// Writes a file of that name; gives the name and the hash of what is in it.
type WriteFile<'a> = dyn FnMut(String, &[u8]) -> Result<(String, ContentHash), WriteError> + 'a;

fn write_all(
    write: &mut WriteFile<'_>,
    volume: &Volume,
    masks: &[Option<Mask>],
    schema: &LabelSchema,
) -> Result<Manifest, WriteError> {
    let mut bscans = Vec::with_capacity(volume.bscans.len());
    for (index, bscan) in volume.bscans.iter().enumerate() {
        let (image, image_sha256) = write(
            format!("images/{index:04}.png"),
            &encode_png_gray8(bscan.size, &bscan.pixels)?,
        )?;
        let mask = masks.get(index).and_then(Option::as_ref);
        let mask = mask
            .map(|mask| write(format!("masks/{index:04}.png"), &encode_png_index(mask)?))
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
    write("manifest.json".to_owned(), &json)?;
    Ok(manifest)
}
