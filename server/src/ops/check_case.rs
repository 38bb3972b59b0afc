//! Checking an offered case.

use fovea_annotation::TileId;
use fovea_protocol::{CaseMeta, Limits, TileMeta};

use super::masks::blob_or_rejection;
use super::png_header::gray8_png_size;
use super::rejection::{Rejection, Stop};
use crate::backend::Backend;

const FORMAT_LEN_MAX: usize = 64;
const SIDE_PX_MAX: u32 = 16_384;

/// Checks a case and the raw pictures of its tiles.
pub(super) async fn check_case(backend: &Backend, case: &CaseMeta) -> Result<(), Stop> {
    check_words(case)?;
    check_tiles(case)?;
    for tile in &case.tiles {
        check_raw(backend, tile).await?;
    }
    Ok(())
}

/// Nothing but a format name and a side gets in: a free text could name a person.
fn check_words(case: &CaseMeta) -> Result<(), Rejection> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-_./+".contains(c);
    if case.format.is_empty()
        || case.format.len() > FORMAT_LEN_MAX
        || !case.format.chars().all(is_word)
    {
        let detail = "the format of a case is one short word such as heidelberg-vol; name the format, not the file";
        return Err(Rejection::for_good("case_invalid", detail));
    }
    if !["right", "left", "unknown"].contains(&case.laterality.as_str()) {
        return Err(Rejection::for_good(
            "case_invalid",
            "the laterality of a case is right, left or unknown",
        ));
    }
    let spacing_valid = case
        .spacing_um
        .is_none_or(|s| fovea_geometry::SpacingUm::new(s.x, s.y, s.z).is_some());
    match spacing_valid {
        true => Ok(()),
        false => Err(Rejection::for_good(
            "case_invalid",
            "the spacing of a case is three lengths above zero, in µm",
        )),
    }
}

fn check_tiles(case: &CaseMeta) -> Result<(), Rejection> {
    let limit = Limits::V1.case_tiles_max;
    if case.tiles.is_empty() || case.tiles.len() > limit as usize {
        return Err(Rejection::for_good(
            "case_invalid",
            format!("a case has 1 to {limit} tiles"),
        ));
    }
    for (index, tile) in (0_u32..).zip(&case.tiles) {
        if tile.bscan_index != index || tile.tile_id != TileId::of(case.case_id, index) {
            let detail =
                format!("tile {index} of the case is not in order or has the id of another tile");
            return Err(Rejection::for_good("case_invalid", detail));
        }
        if tile.size.is_empty() || tile.size.width > SIDE_PX_MAX || tile.size.height > SIDE_PX_MAX {
            let detail = format!("tile {index} has a side of 0 px or above {SIDE_PX_MAX} px");
            return Err(Rejection::for_good("case_invalid", detail));
        }
    }
    Ok(())
}

async fn check_raw(backend: &Backend, tile: &TileMeta) -> Result<(), Stop> {
    let bytes = blob_or_rejection(backend, tile.raw, "raw picture of a tile").await?;
    match gray8_png_size(&bytes) == Some(tile.size) {
        true => Ok(()),
        false => {
            let detail = format!(
                "the raw picture of tile {} is no 8-bit gray PNG of its size",
                tile.bscan_index
            );
            Err(Rejection::for_good("case_invalid", detail).into())
        }
    }
}
