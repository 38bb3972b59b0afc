//! A case of the store as a volume with its newest labels.

use fovea_annotation::{CaseId, Mask};
use fovea_imaging::{
    Bscan, BscanPosition, Budget, LayerLine, LayerLines, SourceFormat, Volume, decode_png_gray8,
};
use fovea_local_store::{DeviceLine, Store, TileFacts};

use super::words::{format_of, laterality_of, pattern_of, sentence};

/// A case as it lies in the store.
#[derive(Clone, Debug)]
pub struct StoredCase {
    /// The scan with everything that its source said.
    pub volume: Volume,
    /// The label that each B-scan is worked on with; `None` for one without a label.
    pub masks: Vec<Option<Mask>>,
}

/// Reads a case; `step` is called after each B-scan and may stop it with a sentence.
pub fn read_case(
    store: &Store,
    case: CaseId,
    step: &mut dyn FnMut() -> Result<(), String>,
) -> Result<StoredCase, String> {
    let budget = Budget::default();
    let summary = store.case(case).map_err(sentence)?;
    let (mut bscans, mut masks, mut lines) = (Vec::new(), Vec::new(), Vec::new());
    for tile in store.case_tiles(case).map_err(sentence)? {
        let png = store.blob(tile.raw).map_err(sentence)?;
        let picture = decode_png_gray8(&png, &budget).map_err(sentence)?;
        let facts = store.tile_facts(tile.tile_id).map_err(sentence)?;
        bscans.push(Bscan {
            position: facts.position_mm.map(position),
            quality: facts.quality,
            ..Bscan::from(picture)
        });
        lines.push(lines_of(facts));
        masks.push(store.working_mask(tile.tile_id).map_err(sentence)?);
        step()?;
    }
    let slo = summary
        .slo
        .map(|hash| store.blob(hash).map_err(sentence))
        .transpose()?;
    let has_lines = lines.iter().any(|lines| !lines.lines.is_empty());
    let format = format_of(&summary.format).unwrap_or(SourceFormat::Folder);
    let volume = Volume {
        spacing_um: summary.spacing_um,
        laterality: laterality_of(&summary.laterality),
        pattern: pattern_of(&summary.facts.pattern),
        device: summary.facts.device,
        slo: slo
            .map(|png| decode_png_gray8(&png, &budget).map_err(sentence))
            .transpose()?,
        slo_spacing_um: summary.facts.slo_spacing_um,
        layer_lines: if has_lines { lines } else { Vec::new() },
        ..Volume::of_bscans(bscans, format)
    };
    Ok(StoredCase { volume, masks })
}

fn position([x0, y0, x1, y1]: [f64; 4]) -> BscanPosition {
    BscanPosition {
        start_mm: [x0, y0],
        end_mm: [x1, y1],
    }
}

pub(super) fn lines_of(facts: TileFacts) -> LayerLines {
    let line = |line: DeviceLine| LayerLine {
        name: line.name,
        y_px: line.y_px,
    };
    LayerLines {
        lines: facts.lines.into_iter().map(line).collect(),
    }
}
