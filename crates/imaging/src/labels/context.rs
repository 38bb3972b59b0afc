//! The volume that labels are for: its size, and what its files say of its B-scans.

use std::collections::HashMap;
use std::path::Path;

use fovea_geometry::SizePx;

use crate::guard::guarded;
use crate::read::{Origins, origins_of};
use crate::{Budget, Plane, ReadError, Volume};

/// What must be known of a volume to read labels for it. Names and numbers in it may be personal: it is made for one
/// import and kept nowhere.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelContext {
    /// Size of every B-scan.
    pub size: SizePx,
    /// Number of B-scans.
    pub bscan_count: u32,
    /// Names of the picture files of the B-scans in order; empty where they are not known.
    pub image_names: Vec<String>,
    /// What DICOM says of the B-scans, in order; empty where it is not known.
    pub sources: Vec<BscanSource>,
}

/// The DICOM object of a B-scan, and where that says that the B-scan lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BscanSource {
    /// SOP Instance UID of the object, which several B-scans share where it has several frames.
    pub sop_instance_uid: Option<String>,
    /// Its plane, where it is one.
    pub plane: Option<Plane>,
}

impl LabelContext {
    /// The context of `bscan_count` B-scans of one size of which nothing else is known.
    pub fn new(size: SizePx, bscan_count: u32) -> Self {
        Self {
            size,
            bscan_count,
            image_names: Vec::new(),
            sources: Vec::new(),
        }
    }

    /// The context of `volume` without its files.
    pub fn of(volume: &Volume) -> Self {
        Self::new(volume.bscan_size(), volume.bscans.len() as u32)
    }

    /// The context of `volume`, which was read from `path`; see [`LabelContext::with_files`].
    pub fn of_scan(path: &Path, volume: &Volume, budget: &Budget) -> Result<Self, ReadError> {
        Self::of(volume).with_files(path, budget)
    }

    /// Adds what the files of the scan at `path` say of its B-scans: names of pictures, and in DICOM the objects and
    /// planes. Labels are put to their B-scans by these.
    ///
    /// Reads the files a second time. Nothing is taken of files that no longer fit the volume; an error says why a file
    /// cannot be read.
    pub fn with_files(self, path: &Path, budget: &Budget) -> Result<Self, ReadError> {
        let Origins {
            image_names,
            sources,
        } = guarded(|| origins_of(path, budget)).flatten()?;
        let fits = |length: usize| length as u64 == u64::from(self.bscan_count);
        Ok(Self {
            image_names: Some(image_names)
                .filter(|names| fits(names.len()))
                .unwrap_or_default(),
            sources: Some(sources)
                .filter(|sources| fits(sources.len()))
                .unwrap_or_default(),
            ..self
        })
    }

    /// Refuses a label of another size, naming the part at fault.
    pub(crate) fn check_size(
        &self,
        format: &'static str,
        place: &str,
        size: SizePx,
    ) -> Result<(), ReadError> {
        match size == self.size {
            true => Ok(()),
            false => Err(ReadError::field(
                format,
                place,
                format!(
                    "it is {}×{} px, but the B-scans of this volume are {}×{} px",
                    size.width, size.height, self.size.width, self.size.height
                ),
            )),
        }
    }

    /// The B-scan that is the only one of its DICOM object, by the UID of that object.
    pub(crate) fn bscans_by_instance(&self) -> HashMap<&str, u32> {
        let mut found: HashMap<&str, Option<u32>> = HashMap::new();
        for (source, bscan) in self.sources.iter().zip(0..self.bscan_count) {
            if let Some(uid) = &source.sop_instance_uid {
                let only = found.entry(uid).and_modify(|only| *only = None);
                only.or_insert(Some(bscan));
            }
        }
        let only = |(uid, bscan): (_, Option<u32>)| Some((uid, bscan?));
        found.into_iter().filter_map(only).collect()
    }

    /// The planes of all B-scans; none where one of them is not known.
    pub(crate) fn planes(&self) -> Option<Vec<Plane>> {
        let planes: Option<Vec<Plane>> = self.sources.iter().map(|source| source.plane).collect();
        planes.filter(|planes| {
            !planes.is_empty() && planes.len() as u64 == u64::from(self.bscan_count)
        })
    }
}
