//! The one door for labels: a path or bytes to [`ForeignLabels`], the format told by the content.

use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::files::{LabelFile, of_folder};
use super::{
    ForeignLabels, LabelContext, LabelFormat, class_names, coco, dicom, eyelab, index_png, labelme,
    layer_csv, matlab, voxels, yolo,
};
use crate::read::{name_of, read_file};
use crate::{Budget, ReadError, is_project, json};

/// Formats of labels that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    IndexPng,
    Coco,
    Labelme,
    Yolo,
    LayerCsv,
    Eyelab,
    /// NIfTI and MetaImage.
    Voxels(LabelFormat),
    Matlab,
    Dicom,
}

/// Kinds that come as one file per picture, in the order in which a folder is searched for them: pictures lie beside
/// the labels of other tools, so PNGs are masks only where nothing else is.
const BY_PICTURE: [Kind; 3] = [Kind::Labelme, Kind::Yolo, Kind::IndexPng];

/// Reads labels for the volume of `context` from a file, or from a folder with one file per B-scan. Nothing is half
/// read: an error means no labels.
///
/// Files that are no labels are passed over in a folder. Names of YOLO classes are looked up in `classes.txt` or
/// `data.yaml` in the folder of the labels or in the one that holds it.
pub fn read_labels_path(
    path: &Path,
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let labels = match path.is_dir() {
        true => read_folder(path, context, budget),
        false => read_one(path, context, budget),
    }?;
    Ok(named(labels, context))
}

/// Reads labels from the content of one file.
pub fn read_labels_bytes(
    bytes: &[u8],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    budget.file(bytes.len() as u64)?;
    let file = LabelFile {
        name: String::new(),
        content: bytes.to_vec(),
    };
    let kind = sniff(bytes)?;
    Ok(named(read(kind, &[file], &[], context, budget)?, context))
}

/// What a file calls its pictures may be personal; what the person chose is known to them.
fn named(mut labels: ForeignLabels, context: &LabelContext) -> ForeignLabels {
    for bscan in &mut labels.bscans {
        bscan.image_name = context.image_names.get(bscan.bscan_index as usize).cloned();
    }
    labels
}

fn read_one(
    path: &Path,
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let content = read_file(path, budget)?;
    let kind = sniff(&content)?;
    let names = match kind {
        Kind::Yolo => class_names_near(path.parent(), budget),
        _ => Vec::new(),
    };
    let file = LabelFile {
        name: name_of(path),
        content,
    };
    read(kind, &[file], &names, context, budget)
}

fn read_folder(
    folder: &Path,
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
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
    let names = class_names_near(Some(folder), budget);
    let is_of_kind = |(found, file): &(Option<Kind>, LabelFile)| {
        *found == Some(kind) || (kind == Kind::Yolo && is_blank_text(file))
    };
    let files: Vec<LabelFile> = files
        .into_iter()
        .filter(is_of_kind)
        .map(|(_, file)| file)
        .collect();
    read(kind, &files, &names, context, budget)
}

/// A picture without lesions has an empty text.
fn is_blank_text(file: &LabelFile) -> bool {
    let is_text = Path::new(&file.name)
        .extension()
        .is_some_and(|extension| extension == "txt");
    is_text && file.content.trim_ascii().is_empty()
}

fn read(
    kind: Kind,
    files: &[LabelFile],
    names: &[String],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let content = files.first().map_or(&[][..], |file| &file.content);
    match kind {
        Kind::IndexPng => index_png::read(files, context, budget),
        Kind::Labelme => labelme::read(files, context, budget),
        Kind::Yolo => yolo::read(files, names, context, budget),
        Kind::Coco => coco::read(content, context, budget),
        Kind::LayerCsv => layer_csv::read(content, context, budget),
        Kind::Eyelab => eyelab::read(content, context, budget),
        Kind::Matlab => matlab::read(content, context, budget),
        Kind::Dicom => dicom::read(content, context, budget),
        Kind::Voxels(format) => voxels::read(content, format, context, budget),
    }
}

/// Names of YOLO classes. Files that cannot be read give none: names are a help, numbers are enough.
fn class_names_near(folder: Option<&Path>, budget: &Budget) -> Vec<String> {
    let parent = folder.and_then(Path::parent);
    for folder in folder.into_iter().chain(parent) {
        let text = |name: &str| {
            let content = read_file(&folder.join(name), budget).ok()?;
            String::from_utf8(content).ok()
        };
        let names = text("classes.txt").map(|text| class_names::of_text(&text));
        let names = names.or_else(|| text("data.yaml").map(|text| class_names::of_yaml(&text)));
        if let Some(names) = names.filter(|names| !names.is_empty()) {
            return names;
        }
    }
    Vec::new()
}

/// The keys that tell one JSON from another.
#[derive(Deserialize)]
struct Keys {
    shapes: Option<IgnoredAny>,
    images: Option<IgnoredAny>,
    categories: Option<IgnoredAny>,
}

fn sniff(bytes: &[u8]) -> Result<Kind, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    if is_project(bytes) {
        return Err(ReadError::Foreign {
            format: "a Fovea project",
            advice: "import it as a project, which brings scans and labels together",
        });
    }
    // First, because its preamble may dress it up as something else.
    if dicom::is_dicom(bytes) {
        return Ok(Kind::Dicom);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(Kind::IndexPng);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Ok(Kind::Eyelab);
    }
    if let Some(format) = voxels::format_of(bytes) {
        return Ok(Kind::Voxels(format));
    }
    if matlab::is_matlab(bytes) {
        return Ok(Kind::Matlab);
    }
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match str::from_utf8(unmarked) {
        Ok(text) if text.trim_start().starts_with('{') => sniff_json(bytes),
        Ok(text) if layer_csv::is_layer_csv(text) => Ok(Kind::LayerCsv),
        Ok(text) if yolo::is_yolo(text) => Ok(Kind::Yolo),
        _ => Err(ReadError::not_recognised(bytes)),
    }
}

fn sniff_json(bytes: &[u8]) -> Result<Kind, ReadError> {
    let keys: Keys = json::parse("JSON", bytes)?;
    match (keys.shapes, keys.images, keys.categories) {
        (Some(_), _, _) => Ok(Kind::Labelme),
        (None, Some(_), Some(_)) => Ok(Kind::Coco),
        _ => Err(ReadError::Unsupported {
            format: "JSON",
            feature: "neither the images and categories of COCO nor the shapes of labelme"
                .to_owned(),
            advice: "export the labels as COCO JSON or labelme and import that",
        }),
    }
}
