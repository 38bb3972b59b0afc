//! Telling formats of labels apart by content alone.

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{LabelFormat, layer_csv, yolo};
use crate::read::sniff::{Kind as ScanKind, sniff as sniff_scan};
use crate::{ReadError, is_project, json};

/// Formats of labels that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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

/// The kind of a file, or why it holds no labels.
pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::EmptyFile);
    }
    if is_project(bytes) {
        return Err(ReadError::Foreign {
            format: "a Fovea project",
            advice: "import it as a project, which brings scans and labels together",
        });
    }
    let of_text = match text_of(bytes) {
        Some(text) if text.trim_start().starts_with('{') => return sniff_json(bytes),
        Some(text) if layer_csv::is_layer_csv(text) => Some(Kind::LayerCsv),
        Some(text) if yolo::is_yolo(text) => Some(Kind::Yolo),
        _ => None,
    };
    of_text.map_or_else(|| by_signature(bytes), Ok)
}

/// The content as text; none for what is none, although its bytes may happen to be valid UTF-8.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let is_binary = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    match bytes.iter().any(is_binary) {
        true => None,
        false => str::from_utf8(bytes).ok(),
    }
}

/// What is not text has the signature of a format that holds scans too.
fn by_signature(bytes: &[u8]) -> Result<Kind, ReadError> {
    match sniff_scan(bytes) {
        Ok(ScanKind::Dicom) => Ok(Kind::Dicom),
        Ok(ScanKind::Png) => Ok(Kind::IndexPng),
        Ok(ScanKind::Eyelab) => Ok(Kind::Eyelab),
        Ok(ScanKind::Nifti) => Ok(Kind::Voxels(LabelFormat::Nifti)),
        Ok(ScanKind::MetaImage) => Ok(Kind::Voxels(LabelFormat::MetaImage)),
        Ok(ScanKind::Matlab) => Ok(Kind::Matlab),
        Ok(ScanKind::Tiff) => Err(no_mask("TIFF")),
        Ok(ScanKind::Bmp) => Err(no_mask("BMP")),
        Ok(ScanKind::Jpeg) => Err(no_mask("JPEG")),
        Ok(ScanKind::HeidelbergVol) => Err(a_scan("a Heidelberg .vol scan")),
        Ok(ScanKind::HeidelbergE2e) => Err(a_scan("a Heidelberg .e2e scan")),
        Ok(ScanKind::HeyexXml) => Err(a_scan("a HEYEX XML export of a scan")),
        Ok(ScanKind::Topcon) => Err(a_scan("a Topcon scan")),
        // The names inside an archive may lie far behind its start.
        Err(_) if bytes.starts_with(b"PK\x03\x04") => Ok(Kind::Eyelab),
        Err(ReadError::Foreign { format, .. }) => Err(ReadError::Foreign {
            format,
            advice: "export the labels as COCO JSON, labelme, an index PNG or NIfTI and import that",
        }),
        Err(_) => Err(ReadError::no_labels(bytes)),
    }
}

fn no_mask(format: &'static str) -> ReadError {
    ReadError::Unsupported {
        format,
        feature: "its labels in a picture of this format".to_owned(),
        advice: "masks are read from PNG, NIfTI and MetaImage, so save the class numbers as one of these and import that",
    }
}

fn a_scan(format: &'static str) -> ReadError {
    ReadError::NoLabels { format }
}

/// The keys that tell one JSON from another.
#[derive(Deserialize)]
struct Keys {
    shapes: Option<IgnoredAny>,
    images: Option<IgnoredAny>,
    categories: Option<IgnoredAny>,
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
