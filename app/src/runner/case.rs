//! From a volume to a case of the store.

use fovea_annotation::{CaseId, ContentHash};
use fovea_imaging::{Laterality, SourceFormat, Volume, WriteError, encode_png_gray8};
use fovea_local_store::{NewCase, NewTile};

/// The id of a volume: a hash of its pixels and geometry, so that the same scan is the same case everywhere.
pub fn case_id_of(volume: &Volume) -> CaseId {
    let spacing = volume
        .spacing_um
        .map(|s| [s.x, s.y, s.z].map(f64::to_le_bytes).concat())
        .unwrap_or_default();
    let sizes: Vec<[u8; 8]> = volume
        .bscans
        .iter()
        .map(|bscan| {
            (u64::from(bscan.size.width) << 32 | u64::from(bscan.size.height)).to_le_bytes()
        })
        .collect();
    let mut parts: Vec<&[u8]> = vec![
        b"fovea.case/1",
        laterality_text(volume.laterality).as_bytes(),
        &spacing,
    ];
    for (bscan, size) in volume.bscans.iter().zip(&sizes) {
        parts.extend([size.as_slice(), bscan.pixels.as_slice()]);
    }
    CaseId(ContentHash::of_parts(&parts))
}

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
    use fovea_geometry::{SizePx, SpacingUm};
    use fovea_imaging::Bscan;

    #[test]
    fn the_id_covers_pixels_and_geometry_and_nothing_else() {
        let volume = || {
            Volume::of_bscans(
                vec![Bscan::new(SizePx::new(2, 3), vec![1, 2, 3, 4, 5, 6])],
                SourceFormat::Png,
            )
        };
        let id = case_id_of(&volume());
        let same = Volume {
            format: SourceFormat::Tiff,
            warnings: vec!["w".into()],
            ..volume()
        };
        assert_eq!(case_id_of(&same), id);
        let others = [
            Volume {
                spacing_um: SpacingUm::new(1.0, 2.0, 3.0),
                ..volume()
            },
            Volume {
                laterality: Laterality::Left,
                ..volume()
            },
            Volume::of_bscans(
                vec![Bscan::new(SizePx::new(3, 2), vec![1, 2, 3, 4, 5, 6])],
                SourceFormat::Png,
            ),
            Volume::of_bscans(
                vec![Bscan::new(SizePx::new(2, 3), vec![1, 2, 3, 4, 5, 7])],
                SourceFormat::Png,
            ),
        ];
        for (at, other) in others.iter().enumerate() {
            assert_ne!(case_id_of(other), id, "{at}");
        }
    }

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
