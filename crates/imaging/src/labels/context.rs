//! The volume that labels are for, and which of its B-scans a named picture is.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use fovea_geometry::SizePx;

use crate::natural::natural;
use crate::{ReadError, Volume};

/// What must be known of a volume to read labels for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelContext {
    /// Size of every B-scan.
    pub size: SizePx,
    /// Number of B-scans.
    pub bscan_count: u32,
    /// Names of the picture files of the B-scans in order; empty where the volume is one file.
    pub image_names: Vec<String>,
}

impl LabelContext {
    /// The context of `volume`, whose pictures have no names.
    pub fn of(volume: &Volume) -> Self {
        Self {
            size: volume.bscan_size(),
            bscan_count: volume.bscans.len() as u32,
            image_names: Vec::new(),
        }
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

    /// The B-scan that each of `names` is, in the order given.
    ///
    /// By name without folder and extension where the volume has names: pictures of other volumes are `None`, but at
    /// least one must be of this one. Otherwise all pictures in natural order of their names are all B-scans.
    pub(crate) fn place(&self, format: &'static str, names: &[&str]) -> Result<Placed, ReadError> {
        let refused = |feature: String, advice| ReadError::Unsupported {
            format,
            feature,
            advice,
        };
        if !self.image_names.is_empty() {
            let stems = self.image_names.iter().map(|name| stem(name));
            let known: HashMap<String, u32> = stems.zip(0..self.bscan_count).collect();
            let find = |name: &&str| known.get(&stem(name)).copied();
            let bscans: Vec<Option<u32>> = names.iter().map(find).collect();
            let mut taken = HashSet::new();
            if !bscans.iter().flatten().all(|bscan| taken.insert(*bscan)) {
                return Err(refused(
                    "two labels for one picture".to_owned(),
                    "keep the one that counts and import it again",
                ));
            }
            let others = bscans.iter().filter(|bscan| bscan.is_none()).count();
            if others < names.len() {
                let warning = (others > 0).then(|| {
                    format!("{others} labelled pictures are none of this volume and were left out.")
                });
                return Ok(Placed { bscans, warning });
            }
        }
        if names.len() as u32 != self.bscan_count {
            return Err(refused(
                format!(
                    "labels for {} pictures, none of which is known by name, where the volume has {} B-scans",
                    names.len(),
                    self.bscan_count
                ),
                "name the labels like the pictures, or give one for each B-scan",
            ));
        }
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|a, b| natural(names[*a], names[*b]));
        let mut bscans = vec![None; names.len()];
        for (index, at) in (0..).zip(order) {
            bscans[at] = Some(index);
        }
        let warning = (names.len() > 1).then(|| {
            "Labels were put to B-scans by the order of their names; check the first and the last one."
                .to_owned()
        });
        Ok(Placed { bscans, warning })
    }
}

/// Which B-scan each picture is.
pub(crate) struct Placed {
    pub(crate) bscans: Vec<Option<u32>>,
    pub(crate) warning: Option<String>,
}

/// File name without folder, of either kind of system, and without extension.
pub(crate) fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = Path::new(file).file_stem().unwrap_or_default();
    stem.to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(names: &[&str], bscan_count: u32) -> LabelContext {
        LabelContext {
            size: SizePx::new(4, 4),
            bscan_count,
            image_names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    #[test]
    fn names_win_over_order() {
        let named = context(&["a.tif", "b.tif"], 2);
        let placed = named
            .place("test", &["images/B.png", "c.png", "x\\a.jpg"])
            .expect("two");
        assert_eq!(placed.bscans, [Some(1), None, Some(0)]);
        assert!(
            placed
                .warning
                .expect("one is left out")
                .starts_with("1 labelled pictures are none")
        );
    }

    #[test]
    fn two_labels_for_one_picture_are_refused() {
        let placed = context(&["a.tif", "b.tif"], 2).place("test", &["a.png", "x/A.jpg"]);
        let error = placed.err().expect("twice").to_string();
        assert!(
            error.starts_with("The test file has two labels for one picture, which"),
            "{error}"
        );
    }

    #[test]
    fn without_names_all_must_be_there() {
        let unnamed = context(&[], 3);
        let placed = unnamed.place("test", &["i10", "i9", "i1"]).expect("three");
        assert_eq!(placed.bscans, [Some(2), Some(1), Some(0)]);
        let error = unnamed
            .place("test", &["i1"])
            .err()
            .expect("too few")
            .to_string();
        assert!(
            error.starts_with("The test file has labels for 1 pictures, none of which"),
            "{error}"
        );
    }
}
