//! Labels as another tool wrote them, before its classes are mapped to a schema.

use std::fmt;

use fovea_annotation::Mask;
use serde::{Deserialize, Serialize};

use crate::LayerLines;

/// What labels were read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelFormat {
    /// PNG of class indices.
    IndexPng,
    /// NIfTI of class indices.
    Nifti,
    /// Layer lines in a Matlab file.
    Matlab,
    /// MetaImage of class indices.
    MetaImage,
    /// COCO JSON with polygons or run lengths.
    Coco,
    /// YOLO segmentation text.
    YoloSeg,
    /// labelme JSON.
    Labelme,
    /// DICOM Segmentation.
    DicomSeg,
    /// DICOM Height Map Segmentation.
    DicomHeightMap,
    /// Heights of layer lines as CSV.
    LayerCsv,
    /// eyelab's `.eye`.
    Eyelab,
}

impl fmt::Display for LabelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::IndexPng => "index PNG",
            Self::Nifti => "NIfTI",
            Self::Matlab => "Matlab",
            Self::MetaImage => "MetaImage",
            Self::Coco => "COCO JSON",
            Self::YoloSeg => "YOLO-seg",
            Self::Labelme => "labelme",
            Self::DicomSeg => "DICOM SEG",
            Self::DicomHeightMap => "DICOM Height Map",
            Self::LayerCsv => "layer CSV",
            Self::Eyelab => "eyelab .eye",
        })
    }
}

/// A class of the other tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignClass {
    /// Its value in [`ForeignBscan::mask`]; 0 is always background.
    pub index: u8,
    /// Its name there; the number as text where it has none.
    pub name: String,
}

/// The labels of one B-scan.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignBscan {
    /// Position in the volume, from 0.
    pub bscan_index: u32,
    /// Name of the picture that the labels belong to, where the format says.
    pub image_name: Option<String>,
    /// Class indices of [`ForeignLabels::classes`].
    pub mask: Option<Mask>,
    /// Layer lines; empty where the format has none.
    pub lines: LayerLines,
}

/// Labels of one or more B-scans.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignLabels {
    /// What they were read from.
    pub format: LabelFormat,
    /// Classes by ascending index, background left out.
    pub classes: Vec<ForeignClass>,
    /// Ascending by `bscan_index`, each at most once.
    pub bscans: Vec<ForeignBscan>,
    /// What a person should know about this import, one sentence each.
    pub warnings: Vec<String>,
}
