//! NIfTI and MetaImage of class indices, as ITK-SNAP, 3D Slicer and Fovea itself write them.

use fovea_annotation::Mask;

use crate::read::beside::Beside;
use crate::read::{meta_image, nifti};
use crate::{
    Budget, ForeignBscan, ForeignClass, ForeignLabels, LabelContext, LabelFormat, LayerLines,
    ReadError,
};

/// The part of the header at fault when labels are of another volume.
const SIZE: &str = "the size of its axes";

/// Reads class indices: whole numbers from 0 to 255 after scaling, of any number type. Axes become B-scans as they
/// do for volumes. Classes are named by their number, for neither format has names.
///
/// B-scans without any class are left out, because the format cannot tell what was not labelled from what is empty.
pub(crate) fn read(
    bytes: &[u8],
    format: LabelFormat,
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let (image, name) = match format {
        LabelFormat::MetaImage => (
            meta_image::open(bytes, &Beside::NOTHING, budget)?,
            meta_image::FORMAT,
        ),
        _ => (nifti::open(bytes, &Beside::NOTHING, budget)?, nifti::FORMAT),
    };
    let masks = image.voxels.classes().map_err(|offset| {
        let place = image.data_offset.saturating_add(offset);
        ReadError::Unsupported {
            format: name,
            feature: format!(
                "at byte {place} a voxel that is no class index (a whole number from 0 to 255)"
            ),
            advice: "export the labels as whole numbers, one per class",
        }
    })?;
    check(name, context, &masks)?;
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
        format,
        classes: used.map(class).collect(),
        bscans,
        warnings,
    })
}

/// Refuses labels of another volume.
fn check(format: &'static str, context: &LabelContext, masks: &[Mask]) -> Result<(), ReadError> {
    if let Some(mask) = masks.first() {
        context.check_size(format, SIZE, mask.size())?;
    }
    match masks.len() as u64 == u64::from(context.bscan_count) {
        true => Ok(()),
        false => Err(ReadError::field(
            format,
            SIZE,
            format!(
                "it holds {} B-scans, but this volume {}",
                masks.len(),
                context.bscan_count
            ),
        )),
    }
}
