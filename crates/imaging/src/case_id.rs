//! Which case a scan is.

use fovea_annotation::{CaseId, ContentHash};

use crate::{Laterality, Volume};

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
    let mut parts: Vec<&[u8]> = vec![b"fovea.case/1", eye(volume.laterality).as_bytes(), &spacing];
    for (bscan, size) in volume.bscans.iter().zip(&sizes) {
        parts.extend([size.as_slice(), bscan.pixels.as_slice()]);
    }
    CaseId(ContentHash::of_parts(&parts))
}

/// Part of the hash: these words stay as they are, whatever the display says.
fn eye(laterality: Laterality) -> &'static str {
    match laterality {
        Laterality::Right => "right",
        Laterality::Left => "left",
        Laterality::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bscan, SourceFormat};
    use fovea_geometry::{SizePx, SpacingUm};

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
}
