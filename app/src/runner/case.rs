//! From a volume to a case of the store.

use fovea_imaging::{Laterality, SourceFormat, Volume, WriteError, case_id_of, encode_png_gray8};
use fovea_local_store::{NewCase, NewTile};

/// A volume as the store imports it. Without a title the case is called by its id: a file name may name a person.
pub fn new_case(volume: &Volume, title: Option<&str>) -> Result<NewCase, WriteError> {
    let case_id = case_id_of(volume);
    let tile = |bscan: &fovea_imaging::Bscan| -> Result<NewTile, WriteError> {
        Ok(NewTile {
            size: bscan.size,
            raw_png: encode_png_gray8(bscan.size, &bscan.pixels)?,
        })
    };
    Ok(NewCase {
        case_id,
        title: title.map_or_else(|| format!("Case {}", case_id.short()), str::to_owned),
        format: format_text(volume.format),
        laterality: laterality_text(volume.laterality).to_owned(),
        spacing_um: volume.spacing_um,
        tiles: volume.bscans.iter().map(tile).collect::<Result<_, _>>()?,
        slo_png: volume
            .slo
            .as_ref()
            .map(|slo| encode_png_gray8(slo.size, &slo.pixels))
            .transpose()?,
        warnings: volume.warnings.clone(),
    })
}

fn laterality_text(laterality: Laterality) -> &'static str {
    match laterality {
        Laterality::Right => "right",
        Laterality::Left => "left",
        Laterality::Unknown => "unknown",
    }
}

pub(super) fn laterality_of(text: &str) -> Laterality {
    match text {
        "right" => Laterality::Right,
        "left" => Laterality::Left,
        _ => Laterality::Unknown,
    }
}

fn format_text(format: SourceFormat) -> String {
    // A unit variant always has a name; the fallback is never stored.
    serde_json::to_value(format)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}

pub(super) fn format_of(text: &str) -> Option<SourceFormat> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_eyes_survive_the_store() {
        for format in [
            SourceFormat::Png,
            SourceFormat::HeidelbergVol,
            SourceFormat::Folder,
            SourceFormat::Phantom,
        ] {
            assert_eq!(format_of(&format_text(format)), Some(format));
        }
        for eye in [Laterality::Right, Laterality::Left, Laterality::Unknown] {
            assert_eq!(laterality_of(laterality_text(eye)), eye);
        }
    }
}
