//! Cutting a picture into tiles that overlap by the network's reach, so that their cores join without a seam.
//!
//! The result is bit for bit that of the whole picture: a core pixel depends on nothing beyond the halo, tile origins are
//! multiples of the network's stride so that pooling windows fall on the same pixels, and a tile meets the picture's
//! border exactly where the picture does.

/// Sides of a tile in px, halo included; multiples of the network's stride.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileShape {
    /// Rows.
    pub height_px: usize,
    /// Columns.
    pub width_px: usize,
}

/// Where a tile lies and which part of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    /// First row and column, in px of the padded picture.
    pub y: usize,
    pub x: usize,
    /// The part of the padded picture that this tile answers for: rows and columns, half-open.
    pub core_y: (usize, usize),
    pub core_x: (usize, usize),
}

/// Tiles that cover a padded picture, row by row. All have the shape `shape`, which is no larger than the picture.
pub(crate) fn tiles(
    padded: TileShape,
    shape: TileShape,
    halo_px: usize,
    stride_px: usize,
) -> Vec<Tile> {
    let rows = spans(padded.height_px, shape.height_px, halo_px, stride_px);
    let columns = spans(padded.width_px, shape.width_px, halo_px, stride_px);
    rows.iter()
        .flat_map(|&(y, core_y)| {
            columns.iter().map(move |&(x, core_x)| Tile {
                y,
                x,
                core_y,
                core_x,
            })
        })
        .collect()
}

/// `(start, core)` along one axis.
fn spans(padded: usize, tile: usize, halo: usize, stride: usize) -> Vec<(usize, (usize, usize))> {
    debug_assert!(tile <= padded && (tile == padded || tile > 2 * halo));
    if tile == padded {
        return vec![(0, (0, padded))];
    }
    let step = (tile - 2 * halo) / stride * stride;
    let mut spans = Vec::new();
    let mut covered = 0;
    while covered < padded {
        let start = covered.saturating_sub(halo).min(padded - tile);
        let end = if start + tile == padded {
            padded
        } else {
            (covered + step).min(start + tile - halo)
        };
        spans.push((start, (covered, end)));
        covered = end;
    }
    spans
}

/// The shape to use for a padded picture: the picture itself if it is no larger than `largest` on either side.
pub(crate) fn fitting(padded: TileShape, largest: TileShape) -> TileShape {
    TileShape {
        height_px: padded.height_px.min(largest.height_px),
        width_px: padded.width_px.min(largest.width_px),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cores_cover_once_and_keep_their_distance(blocks in 1_usize..200, tile_blocks in 17_usize..80) {
            let (stride, halo) = (16, 128);
            let (padded, tile) = (blocks * stride, (tile_blocks * stride).min(blocks * stride));
            let spans = spans(padded, tile, halo, stride);
            let mut covered = 0;
            for (start, (from, to)) in spans {
                prop_assert_eq!(from, covered);
                prop_assert!(to > from && start.is_multiple_of(stride) && start + tile <= padded);
                prop_assert!(start == 0 || from >= start + halo);
                prop_assert!(start + tile == padded || to + halo <= start + tile);
                covered = to;
            }
            prop_assert_eq!(covered, padded);
        }
    }
}
