//! A volume with its masks as a folder that other tools can read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use fovea_annotation::{ContentHash, LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use serde::{Deserialize, Serialize};

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
    if folder.exists() {
        return Err(unwritable(folder)(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "there is already something of that name",
        )));
    }
    let partial = partial_path(folder);
    let written = write_all(&partial, volume, masks, schema);
    let finished = written.and_then(|manifest| {
        fs::rename(&partial, folder)
            .map(|()| manifest)
            .map_err(unwritable(folder))
    });
    if finished.is_err() {
        // The fault itself is what the caller must hear; what is left of the partial folder is not worth a second one.
        let _ = fs::remove_dir_all(&partial);
    }
    finished
}

fn write_all(
    folder: &Path,
    volume: &Volume,
    masks: &[Option<Mask>],
    schema: &LabelSchema,
) -> Result<Manifest, WriteError> {
    for name in ["images", "masks"] {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(unwritable(&path))?;
    }
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
    let json = serde_json::to_vec_pretty(&manifest)
        .map_err(io::Error::other)
        .map_err(unwritable(folder))?;
    write(folder, "manifest.json".to_owned(), &json)?;
    Ok(manifest)
}

fn write(folder: &Path, name: String, bytes: &[u8]) -> Result<(String, ContentHash), WriteError> {
    let path = folder.join(&name);
    fs::write(&path, bytes).map_err(unwritable(&path))?;
    Ok((name, ContentHash::of(bytes)))
}

fn partial_path(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    folder.with_file_name(name)
}

fn unwritable(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let name = path.display().to_string();
    move |reason| WriteError::Unwritable { name, reason }
}
