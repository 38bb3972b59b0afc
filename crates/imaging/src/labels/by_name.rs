//! Which B-scan a picture is, told by its name.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::LabelContext;
use crate::ReadError;
use crate::natural::natural;

/// Which B-scan each picture is.
pub(crate) struct Placed {
    pub(crate) bscans: Vec<Option<u32>>,
    pub(crate) warning: Option<String>,
}

impl LabelContext {
    /// The B-scan that each of `names` is, in the order given.
    ///
    /// By name without folder and extension where the volume has names: pictures of other volumes are `None`, but at
    /// least one must be of this one. Otherwise all pictures in natural order of their names are all B-scans, and fewer
    /// pictures are those whose numbers they have in our own exports.
    pub(crate) fn place(&self, format: &'static str, names: &[&str]) -> Result<Placed, ReadError> {
        if let Some(placed) = self.by_known_name(format, names)? {
            return Ok(placed);
        }
        if names.len() as u64 == u64::from(self.bscan_count) {
            return Ok(in_order(names));
        }
        if let Some(placed) = self.by_number(format, names)? {
            return Ok(placed);
        }
        Err(ReadError::Unsupported {
            format,
            feature: format!(
                "labels for {} pictures, none of which is known by name, where the volume has {} B-scans",
                names.len(),
                self.bscan_count
            ),
            advice: match self.image_names.is_empty() {
                true => {
                    "give one for each B-scan, or name each by the number of its B-scan counted from 0, such as 0000 and 0001"
                }
                false => {
                    "name the labels like the pictures of the scan, or give one for each B-scan"
                }
            },
        })
    }

    fn by_known_name(
        &self,
        format: &'static str,
        names: &[&str],
    ) -> Result<Option<Placed>, ReadError> {
        let stems = self.image_names.iter().map(|name| stem(name));
        let known: HashMap<String, u32> = stems.zip(0..self.bscan_count).collect();
        let find = |name: &&str| known.get(&stem(name)).copied();
        let bscans: Vec<Option<u32>> = names.iter().map(find).collect();
        each_once(format, bscans.iter().flatten())?;
        let others = bscans.iter().filter(|bscan| bscan.is_none()).count();
        if others == names.len() {
            return Ok(None);
        }
        let warning = (others > 0).then(|| {
            format!("{others} labelled pictures are none of this volume and were left out.")
        });
        Ok(Some(Placed { bscans, warning }))
    }

    /// By the numbers that our own exports give to B-scans, so that labels for some of them come back where they were.
    fn by_number(&self, format: &'static str, names: &[&str]) -> Result<Option<Placed>, ReadError> {
        let number = |name: &&str| exported_number(&stem(name)).filter(|n| *n < self.bscan_count);
        let Some(bscans) = names.iter().map(number).collect::<Option<Vec<u32>>>() else {
            return Ok(None);
        };
        if bscans.is_empty() {
            return Ok(None);
        }
        each_once(format, &bscans)?;
        Ok(Some(Placed {
            bscans: bscans.into_iter().map(Some).collect(),
            warning: Some(
                "Labels were put to B-scans by the numbers in their names, counted from 0; check the first and the last one."
                    .to_owned(),
            ),
        }))
    }
}

fn in_order(names: &[&str]) -> Placed {
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
    Placed { bscans, warning }
}

fn each_once<'a>(
    format: &'static str,
    bscans: impl IntoIterator<Item = &'a u32>,
) -> Result<(), ReadError> {
    let mut taken = HashSet::new();
    match bscans.into_iter().all(|bscan| taken.insert(*bscan)) {
        true => Ok(()),
        false => Err(ReadError::Unsupported {
            format,
            feature: "two labels for one picture".to_owned(),
            advice: "keep the one that counts and import it again",
        }),
    }
}

/// The B-scan, counted from 0, in a name of [`crate::export_folder`] or [`crate::export_coco`]: four digits or more,
/// with no more zeros than fill them up.
fn exported_number(stem: &str) -> Option<u32> {
    let number: u32 = stem.parse().ok()?;
    (format!("{number:04}") == stem).then_some(number)
}

/// File name without folder, of either kind of system, and without extension.
fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = Path::new(file).file_stem().unwrap_or_default();
    stem.to_string_lossy().to_lowercase()
}

#[cfg(test)]
mod tests {
    use fovea_geometry::SizePx;

    use super::*;

    fn context(names: &[&str], bscan_count: u32) -> LabelContext {
        LabelContext {
            image_names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..LabelContext::new(SizePx::new(4, 4), bscan_count)
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
