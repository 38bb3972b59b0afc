//! The difference of two label maps on the wire: sparse, because most classes do not change.

use fovea_annotation::MaskDiff;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Pixels of one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassPx {
    /// Class index of the label schema.
    pub class: u8,
    /// Number of pixels.
    pub px: u64,
}

/// Pixels that went from one class to another, neither of them background.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClassPairPx {
    /// Class before.
    pub from: u8,
    /// Class after.
    pub to: u8,
    /// Number of pixels.
    pub px: u64,
}

/// What changed between two versions: "diff: +12px -5px". A relabel is counted apart, never as an addition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiffRecord {
    /// From background to any class.
    pub added_px: u64,
    /// From any class to background.
    pub removed_px: u64,
    /// From one class to another.
    pub relabelled_px: u64,
    /// `added_px` by class, without zeros, by class index.
    pub added: Vec<ClassPx>,
    /// `removed_px` by class, without zeros, by class index.
    pub removed: Vec<ClassPx>,
    /// `relabelled_px` by pair of classes, without zeros, by class indices.
    pub relabelled: Vec<ClassPairPx>,
}

impl From<&MaskDiff> for DiffRecord {
    fn from(diff: &MaskDiff) -> Self {
        let counts = |list: &[(u8, u64)]| {
            list.iter()
                .map(|&(class, px)| ClassPx { class, px })
                .collect()
        };
        Self {
            added_px: diff.added_px(),
            removed_px: diff.removed_px(),
            relabelled_px: diff.relabelled_px(),
            added: counts(&diff.added),
            removed: counts(&diff.removed),
            relabelled: diff
                .relabelled
                .iter()
                .map(|&(from, to, px)| ClassPairPx { from, to, px })
                .collect(),
        }
    }
}

impl From<&DiffRecord> for MaskDiff {
    fn from(record: &DiffRecord) -> Self {
        let counts = |list: &[ClassPx]| list.iter().map(|count| (count.class, count.px)).collect();
        Self {
            added: counts(&record.added),
            removed: counts(&record.removed),
            relabelled: record
                .relabelled
                .iter()
                .map(|pair| (pair.from, pair.to, pair.px))
                .collect(),
        }
    }
}
