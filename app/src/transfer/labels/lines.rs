//! Layers between lines, and the sentences about lines of which no layer comes.

use std::collections::BTreeSet;

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;
use fovea_imaging::{DrawnLayers, ForeignLabels, LayerLines};

pub(super) fn drawn(lines: &LayerLines, size: SizePx) -> DrawnLayers {
    lines.to_mask(size, &LabelSchema::oct_layers())
}

/// The layers between lines of the device; none where no two lines are neighbours in our schema.
pub(in crate::transfer) fn mask_of_lines(lines: &LayerLines, size: SizePx) -> Option<Mask> {
    let mask = drawn(lines, size).mask;
    let has_layer = mask.classes().iter().any(|class| *class != 0);
    has_layer.then_some(mask)
}

/// The names of all lines, each once, in the order in which they come.
pub(super) fn names(labels: &ForeignLabels) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for line in labels.bscans.iter().flat_map(|bscan| &bscan.lines.lines) {
        if !names.contains(&line.name) {
            names.push(line.name.clone());
        }
    }
    names
}

/// True where two lines are neighbours in our schema on at least one B-scan, so that a layer lies between them.
pub(super) fn give_layers(labels: &ForeignLabels, size: SizePx) -> bool {
    let mut bscans = labels.bscans.iter();
    bscans.any(|bscan| mask_of_lines(&bscan.lines, size).is_some())
}

/// What lines there are that nothing is made of, and what lines there would have to be.
pub(super) fn warnings(labels: &ForeignLabels) -> Vec<String> {
    let (mut unknown, mut missing) = (BTreeSet::new(), BTreeSet::new());
    // The names of lines are the same whatever the size of the picture.
    let no_size = SizePx::default();
    let with_lines = labels.bscans.iter().map(|bscan| &bscan.lines);
    for lines in with_lines.filter(|lines| !lines.lines.is_empty()) {
        let drawn = drawn(lines, no_size);
        unknown.extend(drawn.unknown);
        missing.extend(drawn.missing);
    }
    let sentence = |start: &str, names: BTreeSet<String>, end: &str| {
        let names: Vec<String> = names.into_iter().collect();
        (!names.is_empty()).then(|| format!("{start} {}{end}", names.join(", ")))
    };
    let unknown = sentence(
        "Lines that Fovea does not know were left out:",
        unknown,
        ".",
    );
    let missing = sentence(
        "Layers beside a border that has no line are not drawn; without one are",
        missing,
        ".",
    );
    unknown.into_iter().chain(missing).collect()
}
