//! What a file of labels says in our classes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fovea_annotation::{ContentHash, LabelSchema, Mask};
use fovea_geometry::SizePx;
use fovea_imaging::{
    Budget, ForeignBscan, ForeignLabels, LabelContext, LabelFormat, MapsTo, SchemaMapping, Wanted,
    read_labels_path,
};

use super::super::words::sentence;
use super::lines;

/// Which of their classes become which of ours.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'a> {
    /// Those whose names are understood; the others are left out and named.
    ByName,
    /// Their class and ours, as a person chose; what is not in it is left out.
    Pairs(&'a [(u8, u8)]),
}

/// Labels of a file in our classes.
pub struct Understood {
    /// What they were read from.
    pub format: LabelFormat,
    /// B-scan, counted from 0, and its mask; at least one.
    pub masks: Vec<(u32, Mask)>,
    /// B-scans that the file has labels for, of which none comes in.
    pub left_alone: usize,
    /// What a person should know, one sentence each.
    pub warnings: Vec<String>,
    digest: ContentHash,
}

impl Understood {
    /// Reads the labels of a file. One that has nothing for us is refused: a mask of mere background would lie over
    /// labels that somebody drew.
    pub fn read(context: &LabelContext, path: &Path, choice: Choice<'_>) -> Result<Self, String> {
        let read = |wanted: &Wanted| {
            read_labels_path(path, context, wanted, &Budget::default()).map_err(sentence)
        };
        let whole = read(&Wanted::All)?;
        let mapping = mapping_of(&whole, choice);
        let wanted = wanted(&mapping);
        let is_all = mapping.classes.len() == wanted.len();
        // Read again, because classes that are left out may have covered others.
        let ours = match is_all {
            true => None,
            false => Some(read(&Wanted::Only(wanted))?),
        };
        Self::of(
            &whole,
            ours.as_ref().unwrap_or(&whole),
            &mapping,
            context.size,
        )
    }

    fn of(
        whole: &ForeignLabels,
        ours: &ForeignLabels,
        mapping: &SchemaMapping,
        size: SizePx,
    ) -> Result<Self, String> {
        let with_content: BTreeSet<u32> = whole
            .bscans
            .iter()
            .filter(|bscan| has_content(bscan))
            .map(|bscan| bscan.bscan_index)
            .collect();
        let mut left_alone = with_content.clone();
        let mut masks = Vec::new();
        for bscan in &ours.bscans {
            // A mask of another size is refused by the store, which says which B-scan it is.
            let mask = mapping.whole_mask(bscan, size, &LabelSchema::oct_layers());
            let index = bscan.bscan_index;
            let is_blank = mask.classes().iter().all(|class| *class == 0);
            // That nothing of it is ours does not say that nothing is there.
            if !is_blank || !with_content.contains(&index) {
                left_alone.remove(&index);
                masks.push((index, mask));
            }
        }
        let mut warnings: Vec<String> = mapping
            .undecided()
            .map(|class| format!("The class {} is none of ours and was left out.", class.name))
            .collect();
        warnings.extend(lines::warnings(whole));
        if masks.is_empty() {
            return Err(nothing(whole, &warnings));
        }
        warnings.extend(ours.warnings.iter().cloned());
        Ok(Self {
            format: whole.format,
            masks,
            left_alone: left_alone.len(),
            warnings,
            digest: digest_of(whole),
        })
    }

    /// What a version says of where it is from.
    pub(super) fn comment(&self) -> String {
        let (format, digest) = (self.format, &self.digest.to_hex()[..12]);
        format!("Imported from {format}, content {digest}.")
    }
}

/// Refused, and why: the sentences say what each class and line wants.
fn nothing(whole: &ForeignLabels, warnings: &[String]) -> String {
    if whole.bscans.is_empty() {
        return format!(
            "The {} file has no label on any B-scan; choose another.",
            whole.format
        );
    }
    let mut text = format!(
        "Nothing in the {} file is a label that Fovea knows, so nothing was taken from it.",
        whole.format
    );
    for warning in warnings {
        text.push(' ');
        text.push_str(warning);
    }
    text
}

fn has_content(bscan: &ForeignBscan) -> bool {
    let has_area = |mask: &Mask| mask.classes().iter().any(|class| *class != 0);
    bscan.mask.as_ref().is_some_and(has_area) || !bscan.lines.lines.is_empty()
}

fn mapping_of(labels: &ForeignLabels, choice: Choice<'_>) -> SchemaMapping {
    let mut mapping = SchemaMapping::propose(&labels.classes, &LabelSchema::oct_layers());
    if let Choice::Pairs(pairs) = choice {
        let chosen: BTreeMap<u8, u8> = pairs.iter().copied().collect();
        for row in &mut mapping.classes {
            let ours = chosen.get(&row.foreign.index);
            row.to = ours.map_or(MapsTo::Ignored, |ours| MapsTo::Class(*ours));
        }
    }
    mapping
}

/// What stands for background need not be painted, and must not be painted over what is something.
fn wanted(mapping: &SchemaMapping) -> BTreeSet<u8> {
    let is_wanted = |to: &MapsTo| matches!(to, MapsTo::Class(ours) if *ours != 0);
    let classes = mapping.classes.iter();
    classes
        .filter(|row| is_wanted(&row.to))
        .map(|row| row.foreign.index)
        .collect()
}

/// Names what was read: the classes and lines themselves, not the file.
fn digest_of(labels: &ForeignLabels) -> ContentHash {
    let mut parts: Vec<Vec<u8>> = Vec::new();
    for bscan in &labels.bscans {
        parts.push(bscan.bscan_index.to_le_bytes().to_vec());
        parts.extend(bscan.mask.as_ref().map(|mask| mask.classes().to_vec()));
        let heights = bscan.lines.lines.iter().flat_map(|line| &line.y_px);
        parts.push(heights.flat_map(|y| y.to_le_bytes()).collect());
    }
    let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    ContentHash::of_parts(&parts)
}
