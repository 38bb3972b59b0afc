//! The forms in which a scan with its labels goes out. A file or a folder appears with all of it, or not at all.

use std::fs;
use std::path::{Path, PathBuf};

use fovea_imaging::{
    Labelled, NiftiPacking, encode_meta_image_masks, encode_meta_image_volume, encode_nifti_masks,
    encode_nifti_volume, encode_png_deep, encode_tiff_volume, export_coco, export_folder,
};

use super::words::sentence;

/// A form that goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A picture; several become a folder.
    Png,
    /// One page per B-scan.
    Tiff,
    /// NIfTI; masks in a second file.
    Nifti,
    /// MetaImage; masks in a second file.
    MetaImage,
    /// DICOM Ophthalmic Tomography: the scan.
    Dicom,
    /// DICOM Segmentation.
    DicomSeg,
    /// DICOM Height Map Segmentation.
    HeightMap,
    /// eyelab's archive.
    Eye,
    /// Pictures and masks with a manifest.
    Folder,
    /// Pictures and COCO JSON.
    Coco,
    /// Heights of the layer borders.
    HeightsCsv,
    /// Thickness per A-scan, and in the ETDRS sectors.
    ThicknessCsv,
}

/// What a form consists of.
pub(super) enum Parts {
    /// One file.
    File(Vec<u8>),
    /// The first file has the chosen name, the others that name with an addition.
    Beside(Vec<(&'static str, Vec<u8>)>),
    /// A folder of files.
    Folder(Vec<(String, Vec<u8>)>),
}

/// Writes a form as `target`, which must not be there yet.
pub fn write_form(labelled: &Labelled<'_>, form: Form, target: &Path) -> Result<(), String> {
    match form {
        // These two write their folder whole by themselves.
        Form::Folder => {
            export_folder(target, labelled.volume, labelled.masks, labelled.schema)
                .map_err(sentence)?;
            Ok(())
        }
        Form::Coco => export_coco(target, labelled).map_err(sentence),
        _ => match parts(labelled, form)? {
            Parts::File(bytes) => whole_file(target, &bytes),
            Parts::Beside(files) => {
                let named = files
                    .iter()
                    .map(|(addition, bytes)| (with_addition(target, addition), bytes));
                // Looked at first, so that the second file is not refused when the first one is there.
                for (path, _) in named.clone() {
                    refuse_existing(&path)?;
                }
                named
                    .into_iter()
                    .try_for_each(|(path, bytes)| whole_file(&path, bytes))
            }
            Parts::Folder(files) => whole_folder(target, &files),
        },
    }
}

fn parts(labelled: &Labelled<'_>, form: Form) -> Result<Parts, String> {
    let has_masks = labelled.masks.iter().any(Option::is_some);
    let volume = labelled.volume;
    let packing = NiftiPacking::Gzip;
    Ok(match form {
        Form::Png => pictures(labelled)?,
        Form::Tiff => Parts::File(encode_tiff_volume(volume).map_err(sentence)?),
        Form::Nifti | Form::MetaImage => {
            let is_nifti = form == Form::Nifti;
            let scan = match is_nifti {
                true => encode_nifti_volume(volume, packing),
                false => encode_meta_image_volume(volume),
            };
            let mut files = vec![("", scan.map_err(sentence)?)];
            if has_masks {
                let masks = match is_nifti {
                    true => encode_nifti_masks(labelled, packing),
                    false => encode_meta_image_masks(labelled),
                };
                files.push((".labels", masks.map_err(sentence)?));
            }
            Parts::Beside(files)
        }
        other => return super::clinic::parts(labelled, other),
    })
}

fn pictures(labelled: &Labelled<'_>) -> Result<Parts, String> {
    let bscans = &labelled.volume.bscans;
    let mut files = Vec::new();
    for (index, bscan) in bscans.iter().enumerate() {
        let png = encode_png_deep(bscan).map_err(sentence)?;
        files.push((format!("{index:04}.png"), png));
    }
    Ok(match files.len() {
        1 => Parts::File(files.swap_remove(0).1),
        _ => Parts::Folder(files),
    })
}

/// "scan.nii.gz" with ".labels" is "scan.labels.nii.gz".
fn with_addition(path: &Path, addition: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = [".nii.gz", ".nii", ".mha", ".dcm"]
        .into_iter()
        .find(|ending| name.to_lowercase().ends_with(ending));
    let split = name.len() - ending.map_or(0, str::len);
    let (stem, ending) = name.split_at(split);
    path.with_file_name(format!("{stem}{addition}{ending}"))
}

/// Writes files into a folder that appears with all of them in it.
pub(super) fn whole_folder(target: &Path, files: &[(String, Vec<u8>)]) -> Result<(), String> {
    refuse_existing(target)?;
    let partial = partial(target);
    let written = fs::create_dir(&partial).and_then(|()| {
        files
            .iter()
            .try_for_each(|(name, bytes)| fs::write(partial.join(name), bytes))
    });
    finish(target, &partial, written)
}

fn whole_file(target: &Path, bytes: &[u8]) -> Result<(), String> {
    refuse_existing(target)?;
    let partial = partial(target);
    finish(target, &partial, fs::write(&partial, bytes))
}

pub(super) fn refuse_existing(target: &Path) -> Result<(), String> {
    match target.exists() {
        false => Ok(()),
        true => Err(format!(
            "{} is there already; choose another place, or take it away first.",
            target.display()
        )),
    }
}

/// The name under which something is written before it is whole.
fn partial(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    target.with_file_name(name)
}

fn finish(target: &Path, partial: &Path, written: std::io::Result<()>) -> Result<(), String> {
    written
        .and_then(|()| fs::rename(partial, target))
        .map_err(|reason| {
            // What is left of it is of no use to anybody.
            let _ = fs::remove_dir_all(partial);
            let _ = fs::remove_file(partial);
            format!(
                "{} cannot be written: {reason}; check that the folder exists and has room.",
                target.display()
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn additions_stand_before_the_ending() {
        for (name, expected) in [
            ("a.nii.gz", "a.labels.nii.gz"),
            ("a.b.nii", "a.b.labels.nii"),
            ("a.MHA", "a.labels.MHA"),
            ("a", "a.labels"),
        ] {
            let path = with_addition(&Path::new("x").join(name), ".labels");
            assert_eq!(path, Path::new("x").join(expected));
        }
    }

    #[test]
    fn what_is_there_is_never_replaced_and_nothing_half_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("out");
        whole_folder(&target, &[("a".to_owned(), vec![1])]).expect("writes");
        let again = whole_folder(&target, &[]).expect_err("it is there");
        assert!(again.contains("is there already"), "{again}");
        let nowhere = folder.path().join("missing/out");
        assert!(whole_file(&nowhere, b"x").is_err());
        let left: Vec<_> = fs::read_dir(folder.path()).expect("lists").collect();
        assert_eq!(left.len(), 1);
    }
}
