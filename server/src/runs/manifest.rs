//! What a wish for a run comes to, with every default filled in.

use fovea_annotation::ContentHash;
use fovea_inference::built_in_digest;
use fovea_protocol::{CaseRecord, PipelineConfig, RunManifest, TileMeta};

use super::code_ref::code_ref;
use crate::problem::Problem;

/// The manifest of a run over `case` with `config`.
pub(super) fn manifest(
    case: &CaseRecord,
    tiles: &[TileMeta],
    config: PipelineConfig,
) -> Result<RunManifest, Problem> {
    let model_digest = config.model_digest.unwrap_or_else(built_in_digest);
    if model_digest != built_in_digest() {
        return Err(Problem::unprocessable(
            "model_unknown",
            "the server does not have this model; leave model_digest out for the default model",
        ));
    }
    Ok(RunManifest {
        input_checksum: input_checksum(case, tiles),
        pipeline_config: PipelineConfig {
            model_digest: Some(model_digest),
            ..config
        },
        model_digest,
        code_ref: code_ref().to_owned(),
        seed: config.seed,
    })
}

/// Over all that the steps read: the case's id, the size of its pixels, and the size and digest of each picture.
fn input_checksum(case: &CaseRecord, tiles: &[TileMeta]) -> ContentHash {
    let mut bytes = case.case_id.0.as_bytes().to_vec();
    match case.spacing_um {
        None => bytes.push(0),
        Some(spacing) => {
            bytes.push(1);
            for um in [spacing.x, spacing.y, spacing.z] {
                bytes.extend(um.to_bits().to_le_bytes());
            }
        }
    }
    for tile in tiles {
        bytes.extend(tile.bscan_index.to_le_bytes());
        bytes.extend(tile.size.width.to_le_bytes());
        bytes.extend(tile.size.height.to_le_bytes());
        bytes.extend(tile.raw.as_bytes());
    }
    ContentHash::of_parts(&[b"fovea.run-input/1", &bytes])
}

#[cfg(test)]
mod tests {
    use fovea_annotation::{CaseId, TileId};
    use fovea_geometry::{SizePx, SpacingUm};

    use super::*;

    fn case() -> (CaseRecord, Vec<TileMeta>) {
        let case_id = CaseId(ContentHash::of(b"case"));
        let case = CaseRecord {
            case_id,
            format: "phantom".into(),
            laterality: "right".into(),
            spacing_um: SpacingUm::new(11.5, 3.87, 120.0),
            tile_count: 2,
            created_at_us: 5,
            tiles: Vec::new(),
        };
        let tiles = (0..2).map(|index| TileMeta {
            tile_id: TileId::of(case_id, index),
            bscan_index: index,
            size: SizePx::new(16, 8),
            raw: ContentHash::of(&[index as u8]),
        });
        (case, tiles.collect())
    }

    #[test]
    fn what_decides_the_result_decides_the_identity() {
        let (case, tiles) = case();
        let of = |case: &CaseRecord, tiles: &[TileMeta], config: &PipelineConfig| {
            manifest(case, tiles, config.clone())
                .expect("the default model")
                .sha256()
        };
        let plain = PipelineConfig::default();
        let first = of(&case, &tiles, &plain);
        let later = CaseRecord {
            created_at_us: 9,
            ..case.clone()
        };
        assert_eq!(
            of(&later, &tiles, &plain),
            first,
            "when it came in does not matter"
        );
        let named = PipelineConfig {
            model_digest: Some(built_in_digest()),
            seed: 0,
        };
        assert_eq!(
            of(&case, &tiles, &named),
            first,
            "a default that is named is the default"
        );
        let unspaced = CaseRecord {
            spacing_um: None,
            ..case.clone()
        };
        let seeded = PipelineConfig {
            seed: 1,
            ..plain.clone()
        };
        let mut swapped = tiles.clone();
        swapped[0].raw = ContentHash::of(b"other");
        let others = [
            of(&unspaced, &tiles, &plain),
            of(&case, &tiles, &seeded),
            of(&case, &swapped, &plain),
        ];
        assert!(others.iter().all(|other| *other != first));
    }

    #[test]
    fn a_model_that_is_not_here_is_refused() {
        let (case, tiles) = case();
        let config = PipelineConfig {
            model_digest: Some(ContentHash::of(b"another")),
            seed: 0,
        };
        let problem = manifest(&case, &tiles, config).expect_err("is refused");
        assert_eq!(problem.code, "model_unknown");
    }
}
