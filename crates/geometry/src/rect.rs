//! Half-open pixel rectangles, as dirty regions use them.

use crate::SizePx;
use serde::{Deserialize, Serialize};

/// The pixels with `x0 <= x < x1` and `y0 <= y < y1`; empty when either range is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RectPx {
    /// First column.
    pub x0: u32,
    /// First row.
    pub y0: u32,
    /// One past the last column.
    pub x1: u32,
    /// One past the last row.
    pub y1: u32,
}

impl RectPx {
    /// The rectangle that covers nothing.
    pub const EMPTY: Self = Self {
        x0: 0,
        y0: 0,
        x1: 0,
        y1: 0,
    };

    /// The rectangle that covers a whole picture.
    pub const fn of_size(size: SizePx) -> Self {
        Self {
            x0: 0,
            y0: 0,
            x1: size.width,
            y1: size.height,
        }
    }

    /// The one pixel in column `x`, row `y`.
    pub const fn of_pixel(x: u32, y: u32) -> Self {
        Self {
            x0: x,
            y0: y,
            x1: x + 1,
            y1: y + 1,
        }
    }

    /// True when no pixel is covered.
    pub const fn is_empty(self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    /// Columns covered.
    pub const fn width(self) -> u32 {
        self.x1.saturating_sub(self.x0)
    }

    /// Rows covered.
    pub const fn height(self) -> u32 {
        self.y1.saturating_sub(self.y0)
    }

    /// The smallest rectangle that covers both.
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The pixels covered by both.
    pub fn intersect(self, other: Self) -> Self {
        let both = Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        if both.is_empty() { Self::EMPTY } else { both }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_and_intersection_treat_empty_as_neutral() {
        let a = RectPx {
            x0: 2,
            y0: 3,
            x1: 5,
            y1: 9,
        };
        assert_eq!(a.union(RectPx::EMPTY), a);
        assert_eq!(RectPx::EMPTY.union(a), a);
        assert!(
            a.intersect(RectPx {
                x0: 5,
                y0: 0,
                x1: 9,
                y1: 9
            })
            .is_empty()
        );
        assert_eq!(
            a.intersect(RectPx::of_size(SizePx::new(4, 4))),
            RectPx {
                x0: 2,
                y0: 3,
                x1: 4,
                y1: 4
            }
        );
        assert_eq!((a.width(), a.height()), (3, 6));
    }
}
