//! PNGs whose pixels are class numbers, one per B-scan.

use super::files::LabelFile;
use super::{ForeignBscan, ForeignClass, ForeignLabels, LabelContext, LabelFormat};
use crate::{Budget, LayerLines, ReadError, decode_png_index};

const FORMAT: &str = "index PNG";

/// Reads gray or palette PNGs of up to 8 bits. Their classes have no names, so the numbers stand for them.
pub(crate) fn read(
    files: &[LabelFile],
    context: &LabelContext,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let placed = context.place(FORMAT, &names)?;
    let bytes = (context.size.len() as u64).checked_mul(context.bscan_count.into());
    budget.decoded("The label", bytes)?;
    let (mut bscans, mut occurs) = (Vec::new(), [false; 256]);
    for (file, bscan) in files.iter().zip(placed.bscans) {
        let Some(bscan_index) = bscan else { continue };
        let blame = |error| file.blame(error);
        let mask = decode_png_index(&file.content, budget).map_err(blame)?;
        let size = context.check_size(FORMAT, "its header", mask.size());
        size.map_err(blame)?;
        for class in mask.classes() {
            occurs[usize::from(*class)] = true;
        }
        bscans.push(ForeignBscan {
            bscan_index,
            image_name: None,
            mask: Some(mask),
            lines: LayerLines::default(),
        });
    }
    bscans.sort_by_key(|bscan: &ForeignBscan| bscan.bscan_index);
    let classes = (1..=u8::MAX).filter(|index| occurs[usize::from(*index)]);
    let class = |index: u8| ForeignClass {
        index,
        name: index.to_string(),
    };
    Ok(ForeignLabels {
        format: LabelFormat::IndexPng,
        classes: classes.map(class).collect(),
        bscans,
        warnings: placed.warning.into_iter().collect(),
    })
}
