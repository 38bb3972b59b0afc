//! A stroke in the hand: capsules between pointer samples, painted straight into the live mask.
//!
//! Cost is O(pixels under the brush), never O(mask): what was there before is kept in blocks of 64 × 64 pixels,
//! copied when the brush first touches them.

use crate::{Edit, Mask, edit::push_row_runs};
use fovea_geometry::{PointPx, RectPx};
use std::collections::BTreeMap;

const BLOCK_PX: u32 = 64;

/// A stroke that is being drawn. End it with [`Stroke::finish`] or take it back with [`Stroke::cancel`].
#[derive(Clone, Debug)]
pub struct Stroke {
    class: u8,
    radius_px: f32,
    /// Bit set of classes that must not be painted over.
    locked: [u64; 4],
    last: Option<PointPx>,
    /// Classes before the stroke, by block coordinates (y, x).
    before: BTreeMap<(u32, u32), Box<[u8]>>,
    newest_block: Option<(u32, u32)>,
    dirty: RectPx,
}

impl Stroke {
    /// A stroke that paints `class` with a round brush of `radius_px`; classes in `locked` stay as they are.
    pub fn new(class: u8, radius_px: f32, locked: &[u8]) -> Self {
        let mut bits = [0_u64; 4];
        for &c in locked {
            bits[usize::from(c >> 6)] |= 1 << (c & 63);
        }
        Self {
            class,
            radius_px: radius_px.max(0.5),
            locked: bits,
            last: None,
            before: BTreeMap::new(),
            newest_block: None,
            dirty: RectPx::EMPTY,
        }
    }

    /// Takes a pointer sample: paints everything within the radius of the line from the sample before to this one.
    /// Returns the rectangle to redraw.
    pub fn sample(&mut self, mask: &mut Mask, point: PointPx) -> RectPx {
        if !point.x.is_finite() || !point.y.is_finite() {
            return RectPx::EMPTY;
        }
        let from = self.last.replace(point).unwrap_or(point);
        let rect = self.paint_capsule(mask, from, point);
        self.dirty = self.dirty.union(rect);
        rect
    }

    fn paint_capsule(&mut self, mask: &mut Mask, a: PointPx, b: PointPx) -> RectPx {
        let bounds = self.capsule_bounds(mask, a, b);
        let is_first = a == b;
        for y in bounds.y0..bounds.y1 {
            let centre_y = y as f32 + 0.5;
            let Some(span) = capsule_span(a, b, self.radius_px, centre_y) else {
                continue;
            };
            let (first, end) = span_px(span, bounds);
            // The disc around the sample before is painted already: only what the move adds is new.
            match disc_span(a, self.radius_px, centre_y).filter(|_| !is_first) {
                Some(disc) => {
                    let (old_first, old_end) = span_px(disc, bounds);
                    self.paint_span(mask, y, first, old_first.min(end));
                    self.paint_span(mask, y, old_end.max(first), end);
                }
                None => self.paint_span(mask, y, first, end),
            }
        }
        bounds
    }

    fn capsule_bounds(&self, mask: &Mask, a: PointPx, b: PointPx) -> RectPx {
        let low = |v: f32| (v - self.radius_px).floor().max(0.0) as u32;
        let high = |v: f32| (v + self.radius_px).ceil().max(0.0) as u32;
        RectPx {
            x0: low(a.x.min(b.x)),
            y0: low(a.y.min(b.y)),
            x1: high(a.x.max(b.x)),
            y1: high(a.y.max(b.y)),
        }
        .intersect(RectPx::of_size(mask.size()))
    }

    fn paint_span(&mut self, mask: &mut Mask, y: u32, first: u32, end: u32) {
        if first >= end {
            return;
        }
        for block_x in first / BLOCK_PX..=(end - 1) / BLOCK_PX {
            self.remember_block(mask, y / BLOCK_PX, block_x);
        }
        let start = mask.size().index(first, y);
        let span = &mut mask.classes_mut()[start..start + (end - first) as usize];
        if self.locked == [0; 4] {
            span.fill(self.class);
            return;
        }
        for class in span {
            if (self.locked[usize::from(*class >> 6)] >> (*class & 63)) & 1 == 0 {
                *class = self.class;
            }
        }
    }

    fn remember_block(&mut self, mask: &Mask, block_y: u32, block_x: u32) {
        // Spans come row by row, so nearly every question is about the block of the row before.
        if self.newest_block == Some((block_y, block_x)) {
            return;
        }
        self.newest_block = Some((block_y, block_x));
        self.before.entry((block_y, block_x)).or_insert_with(|| {
            let rect = block_rect(block_y, block_x).intersect(RectPx::of_size(mask.size()));
            let mut block = Vec::with_capacity(rect.width() as usize * rect.height() as usize);
            for y in rect.y0..rect.y1 {
                block.extend_from_slice(&mask.row(y)[rect.x0 as usize..rect.x1 as usize]);
            }
            block.into_boxed_slice()
        });
    }

    /// Ends the stroke: what it did, with its inverse. Empty when the stroke had no effect.
    pub fn finish(self, mask: &Mask) -> Edit {
        let size = mask.size();
        let mut runs = Vec::new();
        for (&(block_y, block_x), before) in &self.before {
            let rect = block_rect(block_y, block_x).intersect(RectPx::of_size(size));
            let width = rect.width() as usize;
            for (row, y) in (rect.y0..rect.y1).enumerate() {
                let new = &mask.row(y)[rect.x0 as usize..rect.x1 as usize];
                let old = &before[row * width..(row + 1) * width];
                push_row_runs(&mut runs, size.index(rect.x0, y) as u32, |i| {
                    Some((*old.get(i)?, new[i]))
                });
            }
        }
        runs.sort_unstable_by_key(|r| r.start);
        join_across_blocks(&mut runs, size.width);
        Edit { size, runs }
    }

    /// Takes the stroke back, pixel for pixel. Returns the rectangle to redraw.
    pub fn cancel(self, mask: &mut Mask) -> RectPx {
        let size = mask.size();
        for (&(block_y, block_x), before) in &self.before {
            let rect = block_rect(block_y, block_x).intersect(RectPx::of_size(size));
            for (row, y) in before
                .chunks_exact(rect.width() as usize)
                .zip(rect.y0..rect.y1)
            {
                let start = size.index(rect.x0, y);
                mask.classes_mut()[start..start + row.len()].copy_from_slice(row);
            }
        }
        self.dirty
    }
}

const fn block_rect(block_y: u32, block_x: u32) -> RectPx {
    let (x0, y0) = (block_x * BLOCK_PX, block_y * BLOCK_PX);
    RectPx {
        x0,
        y0,
        x1: x0 + BLOCK_PX,
        y1: y0 + BLOCK_PX,
    }
}

/// Runs of one row that meet at a block border are one run, so that an edit has one canonical form.
fn join_across_blocks(runs: &mut Vec<crate::EditRun>, width: u32) {
    runs.dedup_by(|next, run| {
        let joins = run.start + run.len == next.start
            && next.start % width != 0
            && (run.before, run.after) == (next.before, next.after);
        if joins {
            run.len += next.len;
        }
        joins
    });
}

/// The pixels of a row whose centres lie in a continuous span: first and one past the last, inside `bounds`.
fn span_px((from, to): (f32, f32), bounds: RectPx) -> (u32, u32) {
    let first = (from - 0.5).ceil().max(bounds.x0 as f32) as u32;
    let end = ((to - 0.5).floor() + 1.0).clamp(0.0, bounds.x1 as f32) as u32;
    (first, end)
}

/// Where the horizontal line at `y` cuts the disc of radius `r` around `centre`: from, to.
fn disc_span(centre: PointPx, r: f32, y: f32) -> Option<(f32, f32)> {
    let dy = y - centre.y;
    (dy.abs() <= r).then(|| {
        let half = (r * r - dy * dy).sqrt();
        (centre.x - half, centre.x + half)
    })
}

/// Where the horizontal line at `y` cuts the capsule of radius `r` around the segment `a`–`b`: from, to.
fn capsule_span(a: PointPx, b: PointPx, r: f32, y: f32) -> Option<(f32, f32)> {
    let (mut from, mut to) = (f32::INFINITY, f32::NEG_INFINITY);
    let mut include = |x0: f32, x1: f32| {
        from = from.min(x0);
        to = to.max(x1);
    };
    for (x0, x1) in [disc_span(a, r, y), disc_span(b, r, y)]
        .into_iter()
        .flatten()
    {
        include(x0, x1);
    }
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let length = dx.hypot(dy);
    if length > 0.0 {
        // The rectangle between the caps: four corners, cut edge by edge.
        let (nx, ny) = (-dy / length * r, dx / length * r);
        let corners = [
            (a.x + nx, a.y + ny),
            (b.x + nx, b.y + ny),
            (b.x - nx, b.y - ny),
            (a.x - nx, a.y - ny),
        ];
        for i in 0..4 {
            let ((x0, y0), (x1, y1)) = (corners[i], corners[(i + 1) % 4]);
            if (y0 <= y) != (y1 <= y) {
                let x = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
                include(x, x);
            }
        }
    }
    (from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;
    use proptest::prelude::*;

    fn distance_to_segment(p: PointPx, a: PointPx, b: PointPx) -> f32 {
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length2 = dx * dx + dy * dy;
        let t = if length2 > 0.0 {
            (((p.x - a.x) * dx + (p.y - a.y) * dy) / length2).clamp(0.0, 1.0)
        } else {
            0.0
        };
        (p.x - a.x - t * dx).hypot(p.y - a.y - t * dy)
    }

    fn point() -> impl Strategy<Value = PointPx> {
        (-20.0_f32..180.0, -20.0_f32..120.0).prop_map(|(x, y)| PointPx::new(x, y))
    }

    proptest! {
        #[test]
        fn a_capsule_covers_exactly_the_pixels_within_its_radius(a in point(), b in point(), r in 0.6_f32..20.0) {
            let size = SizePx::new(160, 100);
            let mut mask = Mask::background(size);
            let mut stroke = Stroke::new(3, r, &[]);
            stroke.sample(&mut mask, a);
            stroke.sample(&mut mask, b);
            for y in 0..size.height {
                for x in 0..size.width {
                    let d = distance_to_segment(PointPx::new(x as f32 + 0.5, y as f32 + 0.5), a, b);
                    // Rounding may decide a pixel whose centre lies on the rim either way.
                    if (d - r).abs() > 1e-2 {
                        prop_assert_eq!(mask.get(x, y) == Some(3), d < r, "pixel {} {} at {}", x, y, d);
                    }
                }
            }
        }

        #[test]
        fn finish_and_cancel_agree_with_the_mask_before(points in proptest::collection::vec(point(), 1..8), r in 0.6_f32..30.0) {
            let size = SizePx::new(160, 100);
            let before = Mask::new(size, (0..size.len()).map(|i| (i / 37 % 5) as u8).collect()).expect("length");
            let mut live = before.clone();
            let mut stroke = Stroke::new(2, r, &[4]);
            let dirty = points.iter().fold(RectPx::EMPTY, |d, p| d.union(stroke.sample(&mut live, *p)));
            let mut cancelled = live.clone();
            prop_assert_eq!(stroke.clone().cancel(&mut cancelled), dirty);
            prop_assert_eq!(&cancelled, &before);
            let edit = stroke.finish(&live);
            prop_assert_eq!(&edit, &Edit::between(&before, &live, RectPx::of_size(size)));
            prop_assert_eq!(edit.dirty_rect().union(dirty), dirty, "every change lies inside what was redrawn");
            prop_assert!(edit.runs().iter().all(|run| run.before != 4), "a locked class stays");
        }
    }

    #[test]
    fn a_sample_that_is_no_number_is_ignored() {
        let mut mask = Mask::background(SizePx::new(8, 8));
        let mut stroke = Stroke::new(1, 2.0, &[]);
        assert!(
            stroke
                .sample(&mut mask, PointPx::new(f32::NAN, 1.0))
                .is_empty()
        );
        assert!(stroke.finish(&mask).is_empty());
    }
}
