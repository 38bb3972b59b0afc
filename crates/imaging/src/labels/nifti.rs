//! NIfTI of class indices, as ITK-SNAP, 3D Slicer and Fovea itself write them.

use crate::read::beside::Beside;
use crate::read::nifti::{FORMAT, open};
use crate::{
    Budget, ForeignBscan, ForeignClass, ForeignLabels, LabelFormat, LayerLines, ReadError,
};

/// Reads a `.nii` or `.nii.gz` whose voxels are class indices: whole numbers from 0 to 255 after scaling, of any number
/// type. Axes become B-scans as they do for volumes. Classes are named by their number, for NIfTI has no names.
///
/// B-scans without any class are left out, because the format cannot tell what was not labelled from what is empty.
pub fn read_nifti_labels(bytes: &[u8], budget: &Budget) -> Result<ForeignLabels, ReadError> {
    let image = open(bytes, &Beside::NOTHING, budget)?;
    let masks = image.voxels.classes().map_err(|offset| {
        let place = image.data_offset.saturating_add(offset);
        ReadError::Unsupported {
            format: FORMAT,
            feature: format!(
                "at byte {place} a voxel that is no class index (a whole number from 0 to 255)"
            ),
            advice: "export the labels as whole numbers, one per class",
        }
    })?;
    let mut warnings = image.warnings;
    let mut is_used = [false; 256];
    let mut bscans = Vec::new();
    let mut empty = 0;
    for (bscan_index, mask) in (0u32..).zip(masks) {
        let classes = mask.classes();
        if classes.iter().all(|class| *class == 0) {
            empty += 1;
            continue;
        }
        classes
            .iter()
            .for_each(|class| is_used[usize::from(*class)] = true);
        bscans.push(ForeignBscan {
            bscan_index,
            image_name: None,
            mask: Some(mask),
            lines: LayerLines::default(),
        });
    }
    if empty > 0 {
        warnings.push(format!(
            "{empty} B-scans hold no class and were taken as not labelled."
        ));
    }
    let used = (1..=u8::MAX).filter(|index| is_used[usize::from(*index)]);
    let class = |index: u8| ForeignClass {
        index,
        name: index.to_string(),
    };
    Ok(ForeignLabels {
        format: LabelFormat::Nifti,
        classes: used.map(class).collect(),
        bscans,
        warnings,
    })
}
