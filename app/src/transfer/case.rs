//! From a volume to a case of the store.

use fovea_imaging::{Bscan, LayerLines, Volume, WriteError, case_id_of, encode_png_gray8};
use fovea_local_store::{DeviceLine, NewCase, NewTile, ScanFacts, TileFacts};

use super::words::word_of;

/// A volume as the store imports it. Without a title the case is called by its id: a file name may name a person.
pub fn new_case(volume: &Volume, title: Option<&str>) -> Result<NewCase, WriteError> {
    let case_id = case_id_of(volume);
    let lines = |index: usize| volume.layer_lines.get(index);
    let tile = |(index, bscan): (usize, &Bscan)| -> Result<NewTile, WriteError> {
        Ok(NewTile {
            size: bscan.size,
            raw_png: encode_png_gray8(bscan.size, &bscan.pixels)?,
            facts: tile_facts(bscan, lines(index)),
        })
    };
    let slo = volume.slo.as_ref();
    Ok(NewCase {
        case_id,
        title: title.map_or_else(|| format!("Case {}", case_id.short()), str::to_owned),
        format: word_of(volume.format),
        laterality: word_of(volume.laterality),
        spacing_um: volume.spacing_um,
        tiles: volume
            .bscans
            .iter()
            .enumerate()
            .map(tile)
            .collect::<Result<_, _>>()?,
        slo_png: slo
            .map(|slo| encode_png_gray8(slo.size, &slo.pixels))
            .transpose()?,
        facts: ScanFacts {
            pattern: word_of(volume.pattern),
            device: volume.device.clone(),
            slo_spacing_um: volume.slo_spacing_um,
        },
        intake: None,
        warnings: volume.warnings.clone(),
    })
}

fn tile_facts(bscan: &Bscan, lines: Option<&LayerLines>) -> TileFacts {
    let at = |position: fovea_imaging::BscanPosition| {
        let [[x0, y0], [x1, y1]] = [position.start_mm, position.end_mm];
        [x0, y0, x1, y1]
    };
    let line = |line: &fovea_imaging::LayerLine| DeviceLine {
        name: line.name.clone(),
        y_px: line.y_px.clone(),
    };
    TileFacts {
        position_mm: bscan.position.map(at),
        quality: bscan.quality,
        lines: lines.map_or_else(Vec::new, |lines| lines.lines.iter().map(line).collect()),
    }
}
