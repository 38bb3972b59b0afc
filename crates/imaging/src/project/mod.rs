//! A whole project in one file, for another installation: scans, every label version with what it builds on, and
//! checksums of all of it.
//!
//! A `.fovea` file is a zip archive without compression (pictures and masks are compressed already), so that its parts
//! cannot unpack to more than the file:
//!
//! | part | holds |
//! |---|---|
//! | `fovea-project` | `fovea.project/1`; the first part, so that the first bytes of the file tell what it is |
//! | `manifest.json` | format, label schema, the cases, and name, length and SHA-256 of every part |
//! | `cases/NNNN/case.json` | geometry, laterality, source format, device model, versions that are worked on |
//! | `cases/NNNN/bscans/NNNN.png` | B-scans, 8-bit gray, as they are shown; deeper values stay behind |
//! | `cases/NNNN/slo.png` | the fundus picture |
//! | `cases/NNNN/lines.json` | layer lines of the device |
//! | `cases/NNNN/versions.json` | label versions of all tiles, parents before children |
//! | `cases/NNNN/payloads/<sha256>` | their masks, the very bytes whose hash the versions carry |
//!
//! Nothing in it names a patient: no title, no file name, no date but those of the labels. Authors and comments of
//! labels are in it as they were written.
//!
//! Reading refuses the whole project when any part is missing, unknown or changed, when a case is not the one its id
//! says, or when a version's id, payload, parents or diff do not hold together.

mod exact;
mod manifest;
mod read;
mod verify;
mod write;

use std::collections::BTreeMap;

use fovea_annotation::{ContentHash, LabelVersion, VersionId};

pub use read::ProjectReader;
pub use write::{ProjectWriter, write_project};

use crate::Volume;

pub(crate) const FORMAT: &str = "Fovea project";

/// All cases of a project at once; [`ProjectReader`] and [`ProjectWriter`] go case by case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Project {
    /// The cases in order.
    pub cases: Vec<ProjectCase>,
}

/// A case with every version of its labels.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectCase {
    /// The scan. Its id is [`crate::case_id_of`]; values deeper than 8 bits are not kept.
    pub volume: Volume,
    /// One per B-scan, in order.
    pub tiles: Vec<ProjectTile>,
    /// The payload of every version (see [`fovea_annotation::mask_to_payload`]), by its hash.
    pub payloads: BTreeMap<ContentHash, Vec<u8>>,
}

/// The label versions of one tile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProjectTile {
    /// Parents before children.
    pub versions: Vec<LabelVersion>,
    /// The version that is worked on; one of `versions`.
    pub working: Option<VersionId>,
}

/// True when the first bytes are those of a `.fovea` file.
pub fn is_project(first_bytes: &[u8]) -> bool {
    let name = first_bytes.get(30..);
    first_bytes.starts_with(b"PK\x03\x04")
        && name.is_some_and(|name| name.starts_with(manifest::MARKER.as_bytes()))
}
