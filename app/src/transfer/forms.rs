//! The forms in which a scan with its labels goes out. All the files of a form appear with all that is in them, or none.

use std::path::{Path, PathBuf};

use fovea_annotation::Mask;
use fovea_imaging::{
    GridCentre, Labelled, NiftiPacking, Staged, WriteError, encode_meta_image_masks,
    encode_meta_image_volume, encode_nifti_masks, encode_nifti_volume, encode_png_deep,
    encode_png_index, encode_tiff_volume, export_coco, export_folder, refuse_existing,
};

use super::clinic;
use super::not_written::NotWritten;

/// A form that goes out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// A picture; several become a folder. Masks in a second picture or folder.
    Png,
    /// One page per B-scan; without labels.
    Tiff,
    /// NIfTI; masks in a second file.
    Nifti,
    /// MetaImage; masks in a second file.
    MetaImage,
    /// DICOM Ophthalmic Tomography: the scan, without labels.
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
    /// Thickness per A-scan, and in the ETDRS sectors around this centre.
    ThicknessCsv(GridCentre),
}

/// What a form consists of.
pub(super) struct Encoded {
    parts: Vec<Part>,
    /// What a person should know about it, one sentence each.
    warnings: Vec<String>,
}

/// A file or a folder; the first of a form has the chosen name, others that name with an addition.
struct Part {
    addition: &'static str,
    content: Content,
}

enum Content {
    File(Vec<u8>),
    Folder(Files),
}

/// Files of one folder by their names.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// Added to the name of a scan for what lies beside it.
const LABELS: &str = ".labels";

/// Writes a form as `target`, which must not be there yet; gives what a person should know about it, one sentence each.
pub fn write_form(
    labelled: &Labelled<'_>,
    form: Form,
    target: &Path,
) -> Result<Vec<String>, NotWritten> {
    refuse_existing(target)?;
    match form {
        // These two write their folder whole by themselves.
        Form::Folder => {
            export_folder(target, labelled.volume, labelled.masks, labelled.schema)?;
            Ok(Vec::new())
        }
        Form::Coco => {
            export_coco(target, labelled)?;
            Ok(Vec::new())
        }
        _ => encode(labelled, form, packing_of(target))?.write(target),
    }
}

fn encode(
    labelled: &Labelled<'_>,
    form: Form,
    packing: NiftiPacking,
) -> Result<Encoded, NotWritten> {
    let has_masks = labelled.masks.iter().any(Option::is_some);
    let volume = labelled.volume;
    let beside = |scan: Vec<u8>, masks: &dyn Fn() -> Result<Vec<u8>, WriteError>| {
        let masks = has_masks.then(masks).transpose()?;
        let masks = masks.map(|bytes| Part::file(LABELS, bytes));
        Ok::<_, WriteError>(Encoded::of([Part::file("", scan)].into_iter().chain(masks)))
    };
    Ok(match form {
        Form::Tiff | Form::Dicom if has_masks => return Err(holds_no_labels(form)),
        Form::Tiff => Encoded::file(encode_tiff_volume(volume)?),
        Form::Dicom => Encoded::file(clinic::tomogram(labelled)?),
        Form::Png => pictures(labelled, has_masks)?,
        Form::Nifti => beside(encode_nifti_volume(volume, packing)?, &|| {
            encode_nifti_masks(labelled, packing)
        })?,
        Form::MetaImage => beside(encode_meta_image_volume(volume)?, &|| {
            encode_meta_image_masks(labelled)
        })?,
        Form::DicomSeg => Encoded::file(clinic::segmentation(labelled)?),
        Form::HeightMap => Encoded::file(clinic::height_map(labelled)?),
        Form::Eye => Encoded::file(fovea_imaging::eyelab_bytes(labelled)?),
        Form::HeightsCsv => Encoded::file(clinic::heights(labelled)?),
        Form::ThicknessCsv(centre) => {
            let (files, warnings) = clinic::thickness(labelled, centre)?;
            Encoded {
                warnings,
                ..Encoded::folder(files)
            }
        }
        // Written as folders of their own.
        Form::Folder | Form::Coco => Encoded::of([]),
    })
}

fn holds_no_labels(form: Form) -> NotWritten {
    match form {
        Form::Tiff => NotWritten::HoldsNoLabels {
            form: "A TIFF",
            instead: "leave them out, or write NIfTI, MetaImage, PNG or a folder, which have a place for them",
        },
        _ => NotWritten::HoldsNoLabels {
            form: "A DICOM tomogram",
            instead: "write them as a second file with --format dicom-seg, which refers to the first",
        },
    }
}

/// The pictures, and a mask for each: one without a label is all background, so that both are in step.
fn pictures(labelled: &Labelled<'_>, has_masks: bool) -> Result<Encoded, WriteError> {
    let (mut scan, mut masks) = (Vec::new(), Vec::new());
    for (index, bscan) in labelled.volume.bscans.iter().enumerate() {
        let name = format!("{index:04}.png");
        if has_masks {
            let png = match labelled.masks.get(index).and_then(Option::as_ref) {
                Some(mask) => encode_png_index(mask)?,
                None => encode_png_index(&Mask::background(bscan.size))?,
            };
            masks.push((name.clone(), png));
        }
        scan.push((name, encode_png_deep(bscan)?));
    }
    let masks = has_masks.then(|| Part::of_files(LABELS, masks));
    Ok(Encoded::of(
        [Part::of_files("", scan)].into_iter().chain(masks),
    ))
}

impl Part {
    fn file(addition: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            addition,
            content: Content::File(bytes),
        }
    }

    /// One file is a file, several are a folder.
    fn of_files(addition: &'static str, mut files: Files) -> Self {
        let content = match files.len() {
            1 => Content::File(files.swap_remove(0).1),
            _ => Content::Folder(files),
        };
        Self { addition, content }
    }
}

impl Encoded {
    fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        Self {
            parts: parts.into_iter().collect(),
            warnings: Vec::new(),
        }
    }

    fn file(bytes: Vec<u8>) -> Self {
        Self::of([Part::file("", bytes)])
    }

    pub(super) fn folder(files: Files) -> Self {
        Self::of([Part {
            addition: "",
            content: Content::Folder(files),
        }])
    }

    /// Writes all of it, or nothing; gives the warnings.
    pub(super) fn write(self, target: &Path) -> Result<Vec<String>, NotWritten> {
        let mut staged = Staged::default();
        for Part { addition, content } in &self.parts {
            let path = with_addition(target, addition);
            match content {
                Content::File(bytes) => staged.file(&path, bytes)?,
                Content::Folder(files) => files
                    .iter()
                    .try_for_each(|(name, bytes)| staged.in_folder(&path, name, bytes))?,
            }
        }
        staged.finish()?;
        Ok(self.warnings)
    }
}

/// Readers go by the ending.
fn packing_of(target: &Path) -> NiftiPacking {
    let ending = target.extension().unwrap_or_default();
    match ending.eq_ignore_ascii_case("gz") {
        true => NiftiPacking::Gzip,
        false => NiftiPacking::Plain,
    }
}

/// "scan.nii.gz" with ".labels" is "scan.labels.nii.gz".
fn with_addition(path: &Path, addition: &str) -> PathBuf {
    if addition.is_empty() {
        return path.to_owned();
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let ending = [".nii.gz", ".nii", ".gz", ".mha", ".png"]
        .into_iter()
        .find(|ending| name.to_ascii_lowercase().ends_with(ending));
    let split = name.len() - ending.map_or(0, str::len);
    let (stem, ending) = name.split_at(split);
    path.with_file_name(format!("{stem}{addition}{ending}"))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use fovea_annotation::LabelSchema;
    use fovea_geometry::{SizePx, SpacingUm};
    use fovea_imaging::{Bscan, Laterality, ScanPattern, SourceFormat, Volume};

    use super::*;

    /// Two B-scans, the first of them with a label.
    fn scan(count: usize) -> (Volume, Vec<Option<Mask>>) {
        let size = SizePx::new(6, 5);
        let bscan = |gray: usize| Bscan::new(size, vec![gray as u8; size.len()]);
        let volume = Volume {
            spacing_um: SpacingUm::new(10.0, 4.0, 100.0),
            pattern: ScanPattern::Raster,
            laterality: Laterality::Left,
            ..Volume::of_bscans((0..count).map(bscan).collect(), SourceFormat::Phantom)
        };
        let mut mask = Mask::background(size);
        mask.classes_mut()[7] = 5;
        (volume, vec![Some(mask)])
    }

    fn write(
        target: &Path,
        form: Form,
        volume: &Volume,
        masks: &[Option<Mask>],
    ) -> Result<Vec<String>, NotWritten> {
        let schema = LabelSchema::oct_layers();
        let labelled = Labelled {
            volume,
            masks,
            schema: &schema,
        };
        write_form(&labelled, form, target)
    }

    /// Names of all files below a folder, with `/` between folders.
    fn names(folder: &Path) -> Vec<String> {
        let mut names = Vec::new();
        for entry in fs::read_dir(folder).expect("lists") {
            let path = entry.expect("lists").path();
            let name = path.file_name().expect("a name").to_string_lossy();
            match path.is_dir() {
                true => names.extend(
                    self::names(&path)
                        .iter()
                        .map(|below| format!("{name}/{below}")),
                ),
                false => names.push(name.into_owned()),
            }
        }
        names.sort();
        names
    }

    #[test]
    fn additions_stand_before_the_ending() {
        for (name, expected) in [
            ("a.nii.gz", "a.labels.nii.gz"),
            ("a.b.nii", "a.b.labels.nii"),
            ("a.MHA", "a.labels.MHA"),
            ("a.png", "a.labels.png"),
            ("a", "a.labels"),
        ] {
            let path = with_addition(&Path::new("x").join(name), LABELS);
            assert_eq!(path, Path::new("x").join(expected));
        }
    }

    #[test]
    fn labels_go_along_or_are_refused() {
        type Case = (Form, &'static str, usize, &'static [&'static str]);
        let cases: [Case; 7] = [
            (Form::Png, "a.png", 1, &["a.labels.png", "a.png"]),
            (
                Form::Png,
                "a",
                2,
                &[
                    "a.labels/0000.png",
                    "a.labels/0001.png",
                    "a/0000.png",
                    "a/0001.png",
                ],
            ),
            (Form::Nifti, "a.nii", 2, &["a.labels.nii", "a.nii"]),
            (Form::MetaImage, "a.mha", 2, &["a.labels.mha", "a.mha"]),
            (Form::DicomSeg, "a.dcm", 2, &["a.dcm"]),
            (Form::Tiff, "a.tif", 2, &[]),
            (Form::Dicom, "a.dcm", 2, &[]),
        ];
        for (form, name, count, expected) in cases {
            let folder = tempfile::tempdir().expect("a folder");
            let target = folder.path().join(name);
            let (volume, masks) = scan(count);
            match write(&target, form, &volume, &masks) {
                Ok(warnings) => assert_eq!(warnings, [""; 0]),
                Err(error) => {
                    let is_expected = matches!(error, NotWritten::HoldsNoLabels { .. });
                    assert!(is_expected && expected.is_empty(), "{form:?}: {error}");
                }
            }
            assert_eq!(names(folder.path()), expected, "{form:?}");
            if expected.is_empty() {
                write(&target, form, &volume, &[]).expect("writes without labels");
            }
        }
    }

    #[test]
    fn a_nifti_is_packed_as_its_name_says() {
        for (name, is_packed) in [
            ("a.nii", false),
            ("a.nii.gz", true),
            ("a.NII.GZ", true),
            ("a.Nii", false),
            ("a", false),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let (volume, masks) = scan(2);
            write(&folder.path().join(name), Form::Nifti, &volume, &masks).expect("writes");
            let written = names(folder.path());
            assert_eq!(written.len(), 2, "{written:?}");
            for name in written {
                let bytes = fs::read(folder.path().join(&name)).expect("reads");
                assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), is_packed, "{name}");
            }
        }
    }

    #[test]
    fn thickness_is_written_where_no_grid_fits() {
        let whole: &[&str] = &["a/etdrs.csv", "a/etdrs.json", "a/thickness.csv"];
        let (parallel, no_pattern) = (ScanPattern::Raster, "a scan of parallel B-scans");
        for (pattern, count, expected, warning) in [
            (parallel, 2, whole, "in the middle of the scan"),
            (parallel, 1, &whole[2..], no_pattern),
            (ScanPattern::Radial, 2, &whole[2..], no_pattern),
            (ScanPattern::Circle, 2, &whole[2..], no_pattern),
        ] {
            let folder = tempfile::tempdir().expect("a folder");
            let target = folder.path().join("a");
            let (mut volume, masks) = scan(count);
            volume.pattern = pattern;
            let middle = Form::ThicknessCsv(GridCentre::ScanMiddle);
            let warnings = write(&target, middle, &volume, &masks).expect("writes");
            assert!(warnings[0].contains(warning), "{warnings:?}");
            assert_eq!(names(folder.path()), expected, "{pattern:?}");
            // Who names the fovea asks for the sectors.
            let given = Form::ThicknessCsv(GridCentre::At {
                ascan: 2.0,
                bscan: 0.0,
            });
            let given = write(&folder.path().join("b"), given, &volume, &masks);
            assert_eq!(given.is_ok(), expected == whole, "{pattern:?}");
        }
    }

    #[test]
    fn what_is_there_is_never_replaced_and_nothing_half_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let (volume, masks) = scan(2);
        let labels = folder.path().join("a.labels.nii");
        fs::write(&labels, b"precious").expect("writes");
        let again = write(&folder.path().join("a.nii"), Form::Nifti, &volume, &masks);
        let again = again.expect_err("its labels are there");
        assert!(again.to_string().contains("is there already"), "{again}");
        let nowhere = folder.path().join("missing/a.nii");
        let nowhere = write(&nowhere, Form::Nifti, &volume, &masks).expect_err("no folder");
        assert!(matches!(
            nowhere,
            NotWritten::Write(WriteError::Unwritable { .. })
        ));
        assert_eq!(names(folder.path()), ["a.labels.nii"]);
        assert_eq!(fs::read(&labels).expect("reads"), b"precious");
    }
}
