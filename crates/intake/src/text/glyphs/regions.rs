//! Connected regions of a picture, run by run.

use super::Glyph;
use super::bits::{self, Cut};

/// Pixels that hang together, corners included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) bounds: Glyph,
    pub(super) pixels: u32,
}

/// A stretch of a row.
#[derive(Clone, Copy)]
struct Run {
    left: u32,
    right: u32,
    region: usize,
}

/// The regions of the pixels that a cut leaves. One pass over the rows: runs that touch a run of the row above join its
/// region (union-find).
pub(super) fn of(pixels: &[u8], width: usize, cut: Cut) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    let mut parents: Vec<usize> = Vec::new();
    let (mut above, mut row): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    let (mut bits, mut runs) = (Vec::new(), Vec::new());
    for (y, values) in (0u32..).zip(pixels.chunks_exact(width.max(1))) {
        row.clear();
        cut.row(values, &mut bits);
        bits::runs(&bits, &mut runs);
        let mut first = 0;
        for &(left, right) in &runs {
            let mut region = parents.len();
            parents.push(region);
            regions.push(Region {
                bounds: Glyph {
                    left_px: left,
                    right_px: right,
                    top_px: y,
                    bottom_px: y,
                },
                pixels: right - left + 1,
            });
            // Both rows run from left to right, so what ends before this run ends before all that follow.
            while above.get(first).is_some_and(|run| run.right + 1 < left) {
                first += 1;
            }
            for run in above[first..]
                .iter()
                .take_while(|run| run.left <= right + 1)
            {
                region = join(&mut parents, &mut regions, region, run.region);
            }
            row.push(Run {
                left,
                right,
                region,
            });
        }
        std::mem::swap(&mut above, &mut row);
    }
    let is_root = |(index, _): &(usize, Region)| parents[*index] == *index;
    let all = regions.into_iter().enumerate();
    all.filter(is_root).map(|(_, region)| region).collect()
}

fn root(parents: &mut [usize], mut region: usize) -> usize {
    while parents[region] != region {
        parents[region] = parents[parents[region]];
        region = parents[region];
    }
    region
}

/// Makes two regions one, and returns it.
fn join(parents: &mut [usize], regions: &mut [Region], a: usize, b: usize) -> usize {
    let (a, b) = (root(parents, a), root(parents, b));
    if a == b {
        return a;
    }
    let (keeps, goes) = (a.min(b), a.max(b));
    parents[goes] = keeps;
    let gone = regions[goes];
    let kept = &mut regions[keeps];
    kept.pixels += gone.pixels;
    kept.bounds.left_px = kept.bounds.left_px.min(gone.bounds.left_px);
    kept.bounds.right_px = kept.bounds.right_px.max(gone.bounds.right_px);
    kept.bounds.top_px = kept.bounds.top_px.min(gone.bounds.top_px);
    kept.bounds.bottom_px = kept.bounds.bottom_px.max(gone.bounds.bottom_px);
    keeps
}

#[cfg(test)]
mod tests {
    use super::super::Ink;
    use super::*;

    #[test]
    fn shapes_hang_together_by_sides_and_corners() {
        let picture = b"\
            #.#..#.\
            #.#...#\
            ###....\
            .....##\
            ##...##";
        let cut = Cut {
            ink: Ink::Dark,
            level: u8::MAX - b'#',
        };
        let found = of(picture, 7, cut);
        let mut sizes: Vec<u32> = found.iter().map(|region| region.pixels).collect();
        sizes.sort_unstable();
        assert_eq!(sizes, [2, 2, 4, 7]);
        let shape = found
            .iter()
            .find(|region| region.pixels == 7)
            .expect("the u");
        assert_eq!(shape.bounds.right_px, 2);
        assert_eq!(shape.bounds.bottom_px, 2);
    }
}
