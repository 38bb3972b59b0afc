//! Why a file could not be read or written: one sentence, with the place at fault and what to do.

use std::io;

use thiserror::Error;

/// What to do about a file in no known format; a clause.
pub const CHOOSE_A_SCAN: &str = "choose a scan of a Heidelberg or Topcon device, a DICOM, NIfTI, MetaImage or Matlab file, a TIFF, PNG, BMP or JPEG picture, or a folder of pictures";

/// What to do about a file that holds no labels; a clause.
const CHOOSE_LABELS: &str = "choose labels as an index PNG, NIfTI or MetaImage, COCO JSON, YOLO-seg, labelme, DICOM SEG or Height Map, layer CSV, Matlab lines or eyelab .eye, or a folder with one file per picture";

/// Why nothing was imported. No variant carries header text, so none can leak personal data.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The operating system would not give the bytes.
    #[error("Cannot read {name}: {reason}; check that it exists and that you may read it.")]
    Unreadable {
        /// The name the user chose.
        name: String,
        /// What the system said.
        reason: io::Error,
    },
    /// A file of no bytes.
    #[error("The file is empty (0 bytes); copy it again from where it was made.")]
    EmptyFile,
    /// A folder with no picture in it.
    #[error(
        "The folder holds no picture that Fovea can read; choose a folder of PNG, TIFF, BMP or JPEG B-scans."
    )]
    EmptyFolder,
    /// None of the known signatures.
    #[error(
        "The file starts with bytes {first_bytes}, which is no format that Fovea knows; {}.",
        CHOOSE_A_SCAN
    )]
    NotRecognised {
        /// The first bytes in hexadecimal.
        first_bytes: String,
    },
    /// None of the known formats of labels.
    #[error(
        "The file starts with bytes {first_bytes}, which is no format of labels that Fovea knows; {}.",
        CHOOSE_LABELS
    )]
    LabelsNotRecognised {
        /// The first bytes in hexadecimal.
        first_bytes: String,
    },
    /// A scan where labels belong.
    #[error("This is {format} and holds no labels for another; {}.", CHOOSE_LABELS)]
    NoLabels {
        /// The format with its article, such as "a Topcon scan".
        format: &'static str,
    },
    /// A known format that is not read yet.
    #[error("This is {format}, which is not supported yet; {advice}.")]
    Foreign {
        /// The format with its article, such as "a DICOM file".
        format: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// The file stops too early.
    #[error(
        "The {format} file is cut off at byte {offset}, inside {what}; copy it again from where it was made."
    )]
    Truncated {
        /// Name of the format.
        format: &'static str,
        /// Length of what there is.
        offset: u64,
        /// The part that is incomplete.
        what: String,
    },
    /// The bytes contradict the format.
    #[error(
        "The {format} file is damaged near byte {offset}: {what}; export it again or use another copy."
    )]
    Damaged {
        /// Name of the format.
        format: &'static str,
        /// Where the fault was noticed.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// A named part contradicts the format.
    #[error(
        "The {format} file is damaged at {field}: {what}; export it again or use another copy."
    )]
    DamagedField {
        /// Name of the format.
        format: &'static str,
        /// Attribute, element or key at fault; a name of the format, never a value of the file.
        field: String,
        /// What is wrong there, without the value.
        what: String,
    },
    /// A file that belongs to the chosen one cannot be looked up.
    #[error(
        "The file names another one that must lie in the same folder; choose the file inside its folder, with the rest of the export."
    )]
    NotBeside,
    /// A decoder broke off where no file should lead it.
    #[error(
        "The decoder of this kind of file fails on it, so the file is damaged or of a rare kind; export it again or use another copy."
    )]
    DecoderFailed,
    /// Well-formed, but of a kind that is not read.
    #[error("The {format} file has {feature}, which Fovea does not read; {advice}.")]
    Unsupported {
        /// Name of the format.
        format: &'static str,
        /// The feature in the way.
        feature: String,
        /// What to do instead.
        advice: &'static str,
    },
    /// A picture without pixels.
    #[error(
        "{what} is {width}×{height} px and so holds no pixel; export it again from the device."
    )]
    EmptyPicture {
        /// The picture.
        what: String,
        /// Columns it declares.
        width: u64,
        /// Rows it declares.
        height: u64,
    },
    /// More than the budget allows; refused before anything was allocated.
    #[error(
        "{what} declares {found}, over the limit of {limit}; check the file, or split it into smaller parts."
    )]
    OverBudget {
        /// The part at fault.
        what: String,
        /// What it declares.
        found: String,
        /// What is allowed.
        limit: String,
    },
    /// Pictures that cannot be one volume.
    #[error(
        "{first} is {first_size} px but {other} is {other_size} px, and the B-scans of one volume must be of one size; \
         put them in separate folders."
    )]
    MixedSizes {
        /// Name of the first picture or page.
        first: String,
        /// Its size.
        first_size: String,
        /// Name of the one that differs.
        other: String,
        /// Its size.
        other_size: String,
    },
    /// A fault in one file of a folder.
    #[error("In {name}: {fault}")]
    InFile {
        /// Name of the file inside the chosen folder.
        name: String,
        /// The fault.
        fault: Box<ReadError>,
    },
}

impl ReadError {
    pub(crate) fn over(what: &str, found: String, limit: String) -> Self {
        Self::OverBudget {
            what: what.to_owned(),
            found,
            limit,
        }
    }

    pub(crate) fn truncated(format: &'static str, offset: u64, what: impl Into<String>) -> Self {
        Self::Truncated {
            format,
            offset,
            what: what.into(),
        }
    }

    pub(crate) fn damaged(format: &'static str, offset: u64, what: impl Into<String>) -> Self {
        Self::Damaged {
            format,
            offset,
            what: what.into(),
        }
    }

    pub(crate) fn field(
        format: &'static str,
        field: impl Into<String>,
        what: impl Into<String>,
    ) -> Self {
        Self::DamagedField {
            format,
            field: field.into(),
            what: what.into(),
        }
    }

    pub(crate) fn not_recognised(bytes: &[u8]) -> Self {
        Self::NotRecognised {
            first_bytes: first_bytes(bytes),
        }
    }

    pub(crate) fn no_labels(bytes: &[u8]) -> Self {
        Self::LabelsNotRecognised {
            first_bytes: first_bytes(bytes),
        }
    }

    pub(crate) fn in_file(self, name: impl Into<String>) -> Self {
        Self::InFile {
            name: name.into(),
            fault: Box::new(self),
        }
    }
}

fn first_bytes(bytes: &[u8]) -> String {
    let first: Vec<String> = bytes
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    first.join(" ")
}

/// Why something could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The caller's buffer does not fit the size it names.
    #[error("The picture of {width}×{height} px has {pixels} pixel values; nothing was written.")]
    WrongLength {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Values that were given.
        pixels: usize,
    },
    /// The format cannot hold what is to be written.
    #[error("{format} cannot hold {what}; nothing was written.")]
    NotRepresentable {
        /// Name of the format.
        format: &'static str,
        /// What does not fit.
        what: String,
    },
    /// There is something of that name, which is never replaced.
    #[error("{name} is there already; choose another name, or take it away first.")]
    Exists {
        /// Where the user wanted it.
        name: String,
    },
    /// A point of the scan that the scan does not have.
    #[error("{what} lies outside the scan, which has {scan}; count both from 0.")]
    OutsideScan {
        /// The point, with its numbers.
        what: String,
        /// How many B-scans of how many A-scans there are.
        scan: String,
    },
    /// A scan over which no grid can be laid.
    #[error("The ETDRS grid needs {needs}.")]
    NoGrid {
        /// What this scan lacks.
        needs: &'static str,
    },
    /// The PNG encoder refused.
    #[error("The picture could not be encoded as PNG: {0}; nothing was written.")]
    Png(#[from] png::EncodingError),
    /// The TIFF encoder refused.
    #[error("The scan could not be encoded as TIFF: {0}; nothing was written.")]
    Tiff(#[from] tiff::TiffError),
    /// The operating system refused.
    #[error("Cannot write {name}: {reason}; check that the folder exists and has room.")]
    Unwritable {
        /// Where the user wanted it.
        name: String,
        /// What the system said.
        reason: io::Error,
    },
}
