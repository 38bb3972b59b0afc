//! Labels in and out: what other tools wrote, and what they read of ours.

mod coco;
mod dicom;
mod eyelab;
mod hostile;
mod index_png;
mod labelme;
mod layer_csv;
mod of_scan;
mod thickness;
mod wanted;
mod yolo;

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_imaging::{
    Bscan, Budget, ForeignLabels, LabelContext, Labelled, Laterality, SourceFormat, Volume, Wanted,
    encode_png_index, read_labels_bytes,
};

pub(crate) fn context(width: u32, height: u32, bscan_count: u32) -> LabelContext {
    LabelContext::new(SizePx::new(width, height), bscan_count)
}

pub(crate) fn read(bytes: &[u8], context: &LabelContext) -> ForeignLabels {
    read_labels_bytes(bytes, context, &Wanted::All, &Budget::default()).expect("labels")
}

/// An index PNG of these classes.
pub(crate) fn png_mask(width: u32, height: u32, classes: &[u8]) -> Vec<u8> {
    let mask = Mask::new(SizePx::new(width, height), classes.to_vec()).expect("as many pixels");
    encode_png_index(&mask).expect("encodes")
}

/// The sentence that refuses `text`.
pub(crate) fn refusal(text: &str, context: &LabelContext) -> String {
    read_labels_bytes(text.as_bytes(), context, &Wanted::All, &Budget::default())
        .expect_err("at fault")
        .to_string()
}

/// Class indices of B-scan `index`, background for one without a label.
pub(crate) fn classes_of(labels: &ForeignLabels, index: u32) -> Vec<u8> {
    let bscan = labels
        .bscans
        .iter()
        .find(|bscan| bscan.bscan_index == index);
    let mask = bscan.and_then(|bscan| bscan.mask.as_ref());
    mask.map(|mask| mask.classes().to_vec()).unwrap_or_default()
}

/// Three B-scans of 4×5 px: all layers, one without a label, and a lesion in the corners of the last.
pub(crate) struct Small {
    pub(crate) volume: Volume,
    pub(crate) masks: Vec<Option<Mask>>,
    pub(crate) schema: LabelSchema,
}

impl Small {
    pub(crate) fn new(laterality: Laterality) -> Self {
        let size = SizePx::new(4, 5);
        let bscans = (0..3).map(|z| Bscan::new(size, (0..20).map(|i| i * 10 + z).collect()));
        let mut volume = Volume::of_bscans(bscans.collect(), SourceFormat::Phantom);
        volume.laterality = laterality;
        volume.spacing_um = SpacingUm::new(10.0, 4.0, 120.0);
        let first = [
            5, 5, 0, 0, //
            6, 6, 5, 0, //
            7, 7, 6, 0, //
            11, 11, 11, 11, //
            0, 0, 11, 11,
        ];
        let last = [
            1, 0, 0, 2, //
            0, 0, 0, 0, //
            0, 0, 0, 0, //
            0, 0, 0, 0, //
            2, 0, 0, 1,
        ];
        let mask = |classes: [u8; 20]| Mask::new(size, classes.to_vec()).ok();
        Self {
            volume,
            masks: vec![mask(first), None, mask(last)],
            schema: LabelSchema::oct_layers(),
        }
    }

    pub(crate) fn labelled(&self) -> Labelled<'_> {
        Labelled {
            volume: &self.volume,
            masks: &self.masks,
            schema: &self.schema,
        }
    }

    pub(crate) fn context(&self) -> LabelContext {
        LabelContext::of(&self.volume)
    }
}

/// Compares with a committed file; `FOVEA_WRITE_GOLDEN=1` writes it anew.
pub(crate) fn golden(name: &str, found: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/golden");
    let path = folder.join(name);
    if std::env::var_os("FOVEA_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, found).expect("writes");
    }
    let expected = std::fs::read_to_string(&path).expect("a golden file");
    assert_eq!(found, expected, "{name}");
}
