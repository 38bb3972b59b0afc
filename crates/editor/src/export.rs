//! What a case can be written as.

use fovea_annotation::CaseId;
use std::path::PathBuf;

/// A form in which a case goes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Pictures, masks and a manifest.
    #[default]
    Folder,
    /// A volume and its mask.
    Nifti,
    /// Polygons and run lengths.
    Coco,
    /// Heights of the layer lines.
    HeightsCsv,
    /// Thickness of the layers.
    ThicknessCsv,
    /// eyelab's archive.
    Eye,
    /// DICOM Segmentation.
    DicomSeg,
    /// DICOM Height Map Segmentation.
    HeightMap,
    /// Everything, to go on with elsewhere.
    Project,
}

impl ExportFormat {
    /// Every form, in the order in which they are shown.
    pub const ALL: [Self; 9] = [
        Self::Folder,
        Self::DicomSeg,
        Self::HeightMap,
        Self::Nifti,
        Self::Coco,
        Self::HeightsCsv,
        Self::ThicknessCsv,
        Self::Eye,
        Self::Project,
    ];

    /// What a person reads.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Folder => "PNG folder",
            Self::Nifti => "NIfTI",
            Self::Coco => "COCO JSON",
            Self::HeightsCsv => "Layer heights",
            Self::ThicknessCsv => "Layer thickness",
            Self::Eye => "eyelab .eye",
            Self::DicomSeg => "DICOM SEG",
            Self::HeightMap => "DICOM Height Map",
            Self::Project => "Fovea project",
        }
    }

    /// What it is good for, in one sentence.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Folder => {
                "Each B-scan and its mask as a picture, with a manifest that says what the numbers mean."
            }
            Self::Nifti => "Volume and mask for ITK-SNAP, 3D Slicer, nnU-Net and the like.",
            Self::Coco => "Polygons and run lengths for CVAT, Label Studio and training.",
            Self::HeightsCsv => {
                "The height of each layer border per A-scan, for a table or a script."
            }
            Self::ThicknessCsv => {
                "Thickness of each layer per A-scan and in the ETDRS sectors, in µm."
            }
            Self::Eye => "Volume, layer lines and areas in one file, for eyelab.",
            Self::DicomSeg => "Classes as a DICOM Segmentation under a pseudonym, for a PACS.",
            Self::HeightMap => "Layer borders as a DICOM Height Map under a pseudonym, for a PACS.",
            Self::Project => {
                "Scan, every label version and how they hang together, to go on in another Fovea."
            }
        }
    }

    /// What appears in the chosen folder; `case` stands for the start of the case's id.
    pub const fn writes(self) -> &'static str {
        match self {
            Self::Folder => "fovea-CASE/ with images/, masks/ and manifest.json",
            Self::Nifti => "fovea-CASE.nii.gz and fovea-CASE.labels.nii.gz",
            Self::Coco => "fovea-CASE-coco/ with images/ and annotations.json",
            Self::HeightsCsv => "fovea-CASE-heights.csv",
            Self::ThicknessCsv => {
                "fovea-CASE-thickness/ with thickness.csv, etdrs.csv and etdrs.json"
            }
            Self::Eye => "fovea-CASE.eye",
            Self::DicomSeg => "fovea-CASE-seg/ with segmentation.dcm and volume.dcm",
            Self::HeightMap => "fovea-CASE-heights/ with heights.dcm and volume.dcm",
            Self::Project => "fovea-CASE.fovea",
        }
    }
}

/// The export dialog's choices, and the export under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExportDesk {
    /// The form that is chosen.
    pub format: ExportFormat,
    /// Where to; remembered while the program runs.
    pub folder: Option<PathBuf>,
    /// `(done, total)` in B-scans while it runs.
    pub running: Option<(u32, u32)>,
    /// The person asked to stop.
    pub cancelling: bool,
    /// What came of the last one: where it is, or why it is not.
    pub outcome: Option<Result<String, String>>,
}

/// A case to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportOrder {
    /// The case.
    pub case: CaseId,
    /// The form.
    pub format: ExportFormat,
    /// The folder in which it appears.
    pub folder: PathBuf,
}
