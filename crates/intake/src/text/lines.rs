//! Glyphs that stand in a row.

use super::glyphs::Glyph;

/// Fewest glyphs of a row.
const ROW_LEAST: usize = 4;

/// How many glyphs stand in rows: next to each other, of about one height, on one base line.
pub(super) fn glyphs_in_lines(glyphs: &[Glyph]) -> usize {
    let mut order: Vec<&Glyph> = glyphs.iter().collect();
    order.sort_unstable_by_key(|glyph| (glyph.left_px, glyph.top_px));
    let mut rows: Vec<(&Glyph, usize)> = Vec::new();
    for glyph in order {
        match rows.iter_mut().find(|(last, _)| follows(last, glyph)) {
            Some(row) => *row = (glyph, row.1 + 1),
            None => rows.push((glyph, 1)),
        }
    }
    rows.iter()
        .map(|(_, count)| *count)
        .filter(|count| *count >= ROW_LEAST)
        .sum()
}

fn follows(last: &Glyph, glyph: &Glyph) -> bool {
    let (low, high) = (
        last.height_px().min(glyph.height_px()),
        last.height_px().max(glyph.height_px()),
    );
    let is_beside = glyph.left_px > last.right_px && glyph.left_px - last.right_px <= 2 * high;
    let is_level = last.bottom_px.abs_diff(glyph.bottom_px) <= high.div_ceil(4);
    is_beside && is_level && high * 2 <= low * 3
}
