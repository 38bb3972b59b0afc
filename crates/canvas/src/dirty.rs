//! Which parts of a layer the adapter does not have yet.

use fovea_geometry::RectPx;

/// More separate parts than this are merged into one: a copy of pixels in between costs less than many copies.
const PARTS_MAX: usize = 16;

/// A short list of rectangles whose union covers every changed pixel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DirtyRects {
    parts: Vec<RectPx>,
}

impl DirtyRects {
    /// Adds a changed part. A part that overlaps another is merged with it: strokes overlap from dab to dab.
    pub(crate) fn add(&mut self, rect: RectPx) {
        if rect.is_empty() {
            return;
        }
        if let Some(near) = self
            .parts
            .iter_mut()
            .find(|part| !part.intersect(rect).is_empty())
        {
            *near = near.union(rect);
        } else if self.parts.len() < PARTS_MAX {
            self.parts.push(rect);
        } else {
            let all = self.parts.drain(..).fold(rect, RectPx::union);
            self.parts.push(all);
        }
    }

    /// Everything, in place of what was listed before.
    pub(crate) fn set_all(&mut self, rect: RectPx) {
        self.parts.clear();
        self.add(rect);
    }

    /// The parts, which are then no longer listed.
    pub(crate) fn take(&mut self) -> std::vec::Drain<'_, RectPx> {
        self.parts.drain(..)
    }

    #[cfg(test)]
    fn covers(&self, x: u32, y: u32) -> bool {
        self.parts
            .iter()
            .any(|part| !part.intersect(RectPx::of_pixel(x, y)).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_every_change_with_few_parts() {
        let mut dirty = DirtyRects::default();
        let parts: Vec<RectPx> = (0..100)
            .map(|i| RectPx {
                x0: i * 7 % 90,
                y0: i * 13 % 70,
                x1: i * 7 % 90 + 4,
                y1: i * 13 % 70 + 3,
            })
            .collect();
        for part in &parts {
            dirty.add(*part);
        }
        assert!(dirty.parts.len() <= PARTS_MAX);
        for part in &parts {
            assert!(
                dirty.covers(part.x0, part.y0) && dirty.covers(part.x1 - 1, part.y1 - 1),
                "{part:?}"
            );
        }
        assert!(dirty.take().count() > 0);
        assert_eq!(dirty, DirtyRects::default());
        dirty.add(RectPx::EMPTY);
        assert_eq!(dirty.take().count(), 0);
    }

    #[test]
    fn a_stroke_of_overlapping_dabs_is_one_part() {
        let mut dirty = DirtyRects::default();
        for x in 0..200 {
            dirty.add(RectPx {
                x0: x,
                y0: 5,
                x1: x + 9,
                y1: 14,
            });
        }
        let parts: Vec<RectPx> = dirty.take().collect();
        assert_eq!(
            parts,
            [RectPx {
                x0: 0,
                y0: 5,
                x1: 208,
                y1: 14
            }]
        );
    }
}
