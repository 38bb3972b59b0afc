//! From boundaries to class indices: a pixel belongs to the gap that holds its centre.

use fovea_annotation::Mask;
use fovea_geometry::SizePx;

use crate::section::{BOUNDARY_COUNT, GAP_CLASSES, INTRARETINAL_FLUID, Section};

/// Rows of one A-scan at which each boundary starts: row `y` is below boundary `i` when `y >= rows[i]`.
/// An absent boundary lies on the one above it, so that its gap is empty.
pub(crate) fn boundary_rows(
    heights_px: &[f32; BOUNDARY_COUNT],
    height: u32,
) -> [u32; BOUNDARY_COUNT] {
    let mut rows = [0; BOUNDARY_COUNT];
    let mut above = 0;
    for (row, y_px) in rows.iter_mut().zip(heights_px) {
        if y_px.is_finite() {
            above = first_row_below(*y_px, height).max(above);
        }
        *row = above;
    }
    rows
}

/// The first row whose centre is at or below `y_px`.
pub(crate) fn first_row_below(y_px: f32, height: u32) -> u32 {
    // The cast saturates: a boundary over the top edge starts at row 0.
    (libm::ceilf(y_px - 0.5) as u32).min(height)
}

pub(crate) fn mask(section: &Section, size: SizePx) -> Mask {
    let mut mask = Mask::background(size);
    let classes = mask.classes_mut();
    let mut fill = |column: u32, rows: std::ops::Range<u32>, class: u8| {
        for row in rows {
            classes[size.index(column, row)] = class;
        }
    };
    for (column, heights) in (0..size.width).zip(&section.heights_px) {
        let rows = boundary_rows(heights, size.height);
        for (gap, class) in GAP_CLASSES.iter().enumerate() {
            let is_lift = gap + 1 == GAP_CLASSES.len();
            let class = if is_lift {
                section.lift_class[column as usize]
            } else {
                *class
            };
            fill(column, rows[gap]..rows[gap + 1], class);
        }
    }
    for cyst in &section.cysts {
        fill(
            cyst.column,
            first_row_below(cyst.top_px, size.height)..first_row_below(cyst.bottom_px, size.height),
            INTRARETINAL_FLUID,
        );
    }
    mask
}
