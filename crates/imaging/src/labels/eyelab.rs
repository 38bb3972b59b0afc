//! Layer lines and voxel maps of eyelab's `.eye`.

use std::collections::BTreeMap;

use super::classes::Classes;
use super::paint::Painter;
use super::{ForeignBscan, ForeignLabels, LabelContext, LabelFormat};
use crate::eyelab::{EyeFile, FORMAT, VOLUME, VoxelMap, fundus_map_count, layer_lines, voxel_maps};
use crate::npy::Npy;
use crate::read::eyelab_bscans;
use crate::{Budget, LayerLine, LayerLines, ReadError, Wanted};

/// Reads the annotations of a file whose volume has the size of the one that is labelled. Later maps lie over earlier
/// ones; maps of the fundus picture are counted and left out.
pub(crate) fn read(
    bytes: &[u8],
    context: &LabelContext,
    wanted: &Wanted,
    budget: &Budget,
) -> Result<ForeignLabels, ReadError> {
    let mut file = EyeFile::open(bytes, budget)?;
    let content = file.array(VOLUME)?;
    let (count, size) = eyelab_bscans(&Npy::parse(FORMAT, VOLUME, &content, budget)?, budget)?;
    drop(content);
    context.check_size(FORMAT, VOLUME, size)?;
    if count != context.bscan_count {
        let what = "it has another number of B-scans than the volume";
        return Err(ReadError::field(FORMAT, VOLUME, what));
    }
    let mut painter = Painter::new(FORMAT, size, count, wanted, budget)?;
    let mut classes = Classes::new(FORMAT);
    voxel_maps(&mut file, count, size, |map: VoxelMap| {
        let class = classes.index(if map.name.is_empty() {
            "voxel map"
        } else {
            &map.name
        })?;
        for (bscan, voxels) in (0..count).zip(map.is_set.chunks(size.len())) {
            if voxels.contains(&true) {
                painter.paint(bscan, class, runs(voxels))?;
            }
        }
        Ok(())
    })?;
    let (bscans, hidden) = painter.finish()?;
    let mut bscans: BTreeMap<u32, ForeignBscan> = bscans
        .into_iter()
        .map(|bscan| (bscan.bscan_index, bscan))
        .collect();
    let lines = (0..).zip(layer_lines(&mut file, count, size)?);
    let is_present = |line: &LayerLine| line.y_px.iter().any(|y| y.is_finite());
    for (bscan_index, lines) in lines.filter(|(_, of)| of.lines.iter().any(is_present)) {
        let bscan = bscans.entry(bscan_index).or_insert_with(|| ForeignBscan {
            bscan_index,
            image_name: None,
            mask: None,
            lines: LayerLines::default(),
        });
        bscan.lines = lines;
    }
    let mut warnings: Vec<String> = hidden.into_iter().collect();
    let on_fundus = fundus_map_count(&file);
    if on_fundus > 0 {
        warnings.push(format!(
            "{on_fundus} maps are drawn on the fundus picture; no B-scan has a place for them, and they were left out."
        ));
    }
    Ok(ForeignLabels {
        format: LabelFormat::Eyelab,
        classes: classes.finish(),
        bscans: bscans.into_values().collect(),
        warnings,
    })
}

/// Index ranges of the voxels that are set.
fn runs(voxels: &[bool]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + voxels[at..].iter().position(|set| *set)?;
        let length = voxels[start..].iter().position(|set| !*set);
        at = start + length.unwrap_or(voxels.len() - start);
        Some(start..at)
    })
}
