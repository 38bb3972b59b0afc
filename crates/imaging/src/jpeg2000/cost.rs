//! What decoding a codestream would cost, held against how many bytes it has.

use super::Fault;
use super::header::{Header, Style};

/// Samples that any codestream may have: a black picture takes a hundred bytes, whatever its size.
const FREE_SAMPLES: u64 = 1 << 22;
/// Samples for each byte of a larger picture; scans with their speckle stay far below.
const SAMPLES_PER_BYTE: u64 = 128;
/// Code-blocks, and entries of code-blocks in quality layers; the decoder keeps about 200 and 24 bytes of each.
const MAX_BLOCKS: u64 = 1 << 20;
const MAX_BLOCK_LAYERS: u64 = 1 << 22;

const TOO_DENSE: Fault =
    Fault::Damaged("its JPEG 2000 data are too short for the picture that they declare");
const TOO_SPLIT: Fault =
    Fault::Unsupported("a JPEG 2000 picture that is cut into too many code-blocks");

/// Refuses what no honest codestream of `bytes` bytes could declare.
pub(super) fn check(header: &Header, bytes: u64) -> Result<(), Fault> {
    let samples = u64::from(header.width) * u64::from(header.height) * u64::from(header.components);
    let dense = samples > FREE_SAMPLES && samples / SAMPLES_PER_BYTE > bytes;
    if dense || header.tiles > bytes {
        return Err(TOO_DENSE);
    }
    let layers = u64::from(header.layers);
    for style in &header.styles {
        let parts = parts(header, style);
        let per_picture = header.tiles.saturating_mul(header.components.into());
        let packets = parts
            .precincts
            .saturating_mul(per_picture)
            .saturating_mul(layers);
        // Each packet takes at least one byte (B.9).
        if packets > bytes {
            return Err(TOO_DENSE);
        }
        let blocks = parts.blocks.saturating_mul(per_picture);
        if blocks > MAX_BLOCKS || blocks.saturating_mul(layers) > MAX_BLOCK_LAYERS {
            return Err(TOO_SPLIT);
        }
    }
    Ok(())
}

/// Parts of one component in one tile.
#[derive(Default)]
struct Parts {
    precincts: u64,
    blocks: u64,
}

/// Counts for a tile that starts where its parts start (B.6, B.7); others have at most one more in each direction.
fn parts(header: &Header, style: &Style) -> Parts {
    let mut parts = Parts::default();
    let sides = [header.tile_width, header.tile_height];
    for resolution in 0..=style.levels {
        let reduced = u32::from(style.levels - resolution);
        let at = |axis: usize| {
            let side = u64::from(sides[axis]).div_ceil(1 << reduced);
            let precinct = style.precinct_exponents.get(usize::from(resolution));
            let precinct = precinct.map_or(15, |exponents| exponents[axis]);
            // Bands of higher resolutions have half the side of their picture.
            let halved = u32::from(resolution > 0);
            let block = style.block_exponents[axis].min(precinct.saturating_sub(halved));
            let band = side.div_ceil(1 << halved);
            (side.div_ceil(1 << precinct), band.div_ceil(1 << block))
        };
        let ((precincts_x, blocks_x), (precincts_y, blocks_y)) = (at(0), at(1));
        let bands = if resolution == 0 { 1 } else { 3 };
        parts.precincts = parts
            .precincts
            .saturating_add(precincts_x.saturating_mul(precincts_y));
        parts.blocks = parts
            .blocks
            .saturating_add(blocks_x.saturating_mul(blocks_y).saturating_mul(bands));
    }
    parts
}
