//! The one door for labels: a path or bytes to [`ForeignLabels`], the format told by the content.

use std::path::Path;

use super::files::{LabelFile, of_folder};
use super::kind::{Kind, sniff};
use super::{
    ForeignLabels, LabelContext, class_names, coco, dicom, eyelab, index_png, labelme, layer_csv,
    matlab, voxels, yolo,
};
use crate::guard::guarded;
use crate::read::{name_of, read_file};
use crate::{Budget, ReadError, Wanted};

/// Kinds that come as one file per picture, in the order in which a folder is searched for them: pictures lie beside
/// the labels of other tools, so PNGs are masks only where nothing else is.
const BY_PICTURE: [Kind; 3] = [Kind::Labelme, Kind::Yolo, Kind::IndexPng];

/// Reads the `wanted` classes of labels for the volume of `context` from a file, or from a folder with one file per
/// B-scan. Nothing is half read: an error means no labels.
///
/// Files that are no labels are passed over in a folder. Names of YOLO classes are looked up in `classes.txt` or
/// `data.yaml` in the folder of the labels or in the two that hold it.
pub fn read_labels_path(
    path: &Path,
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let read = || {
        let files = match path.is_dir() {
            true => Chosen::folder(path, budget),
            false => Chosen::file(path, budget),
        }?;
        files.read(context, wanted, budget)
    };
    guarded(read).flatten()
}

/// Reads the `wanted` classes of labels from the content of one file.
pub fn read_labels_bytes(
    bytes: &[u8],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    budget.file(bytes.len() as u64)?;
    let file = LabelFile::new(String::new(), bytes.to_vec());
    let chosen = Chosen {
        kind: sniff(&file.content)?,
        files: vec![file],
        class_names: Vec::new(),
    };
    guarded(|| chosen.read(context, wanted, budget)).flatten()
}

/// The files of one import, all of one kind.
struct Chosen {
    kind: Kind,
    files: Vec<LabelFile>,
    /// Names of classes that stand in a file of their own.
    class_names: Vec<String>,
}

impl Chosen {
    fn file(path: &Path, budget: &Budget) -> Result<Self, ReadError> {
        let file = LabelFile::new(name_of(path), read_file(path, budget)?);
        let kind = sniff(&file.content)?;
        Ok(Self {
            kind,
            files: vec![file],
            class_names: match (kind, path.parent()) {
                (Kind::Yolo, Some(folder)) => class_names::near(folder),
                _ => Vec::new(),
            },
        })
    }

    fn folder(folder: &Path, budget: &Budget) -> Result<Self, ReadError> {
        let files: Vec<(Option<Kind>, LabelFile)> = of_folder(folder, budget)?
            .into_iter()
            .map(|file| (sniff(&file.content).ok(), file))
            .collect();
        let has = |kind: Kind| files.iter().any(|(found, _)| *found == Some(kind));
        let Some(kind) = BY_PICTURE.into_iter().find(|kind| has(*kind)) else {
            return Err(ReadError::Unsupported {
                format: "folder",
                feature: "no index PNG, YOLO-seg or labelme file directly in it".to_owned(),
                advice: "choose the folder that holds them, or the one file with the labels of all pictures",
            });
        };
        let is_of_kind = |(found, file): &(Option<Kind>, LabelFile)| {
            *found == Some(kind) || (kind == Kind::Yolo && is_blank_text(file))
        };
        let files = files.into_iter().filter(is_of_kind);
        Ok(Self {
            kind,
            files: files.map(|(_, file)| file).collect(),
            class_names: class_names::near(folder),
        })
    }

    fn read(
        &self,
        context: &LabelContext,
        wanted: &Wanted,
        budget: &Budget,
    ) -> Result<ForeignLabels, ReadError> {
        let files = &self.files[..];
        let content = files.first().map_or(&[][..], |file| &file.content);
        let mut labels = match self.kind {
            Kind::IndexPng => index_png::read(files, context, budget),
            Kind::Labelme => labelme::read(files, context, wanted, budget),
            Kind::Yolo => yolo::read(files, &self.class_names, context, wanted, budget),
            Kind::Coco => coco::read(content, context, wanted, budget),
            Kind::LayerCsv => layer_csv::read(content, context, budget),
            Kind::Eyelab => eyelab::read(content, context, wanted, budget),
            Kind::Matlab => matlab::read(content, context, budget),
            Kind::Dicom => dicom::read(content, context, wanted, budget),
            Kind::Voxels(format) => voxels::read(content, format, context, budget),
        }?;
        for bscan in &mut labels.bscans {
            if let Some(mask) = &mut bscan.mask {
                wanted.keep(mask.classes_mut());
            }
            // What a file calls its pictures may be personal; what the person chose is known to them.
            bscan.image_name = context.image_names.get(bscan.bscan_index as usize).cloned();
        }
        Ok(labels)
    }
}

/// A picture without lesions has an empty text.
fn is_blank_text(file: &LabelFile) -> bool {
    let is_text = Path::new(&file.name)
        .extension()
        .is_some_and(|extension| extension == "txt");
    is_text && file.content.trim_ascii().is_empty()
}
