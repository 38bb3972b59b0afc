//! Glyphs that stand in a row, where most of what is around them does too.

use super::glyphs::{Glyph, HEIGHT_PX};

/// Fewest glyphs of a row.
const ROW_LEAST: usize = 4;
/// Share of the glyphs about a row that stand in rows. Of text it is 0.6 and more, of noise, which lines up by chance,
/// 0.3 and less.
const IN_ROWS_LEAST: f64 = 0.5;
/// How far about a row is looked, in heights of the row.
const ABOUT_HEIGHTS: u32 = 4;
/// Heights of a band, and most width of a glyph, which [`super::glyphs`] holds to two heights.
const BAND_PX: u32 = *HEIGHT_PX.end();
const WIDTH_MOST_PX: u32 = 2 * BAND_PX;

/// How many glyphs stand in rows: next to each other, of about one height, on one base line.
pub(super) fn glyphs_in_lines(mut glyphs: Vec<Glyph>) -> usize {
    glyphs.sort_unstable_by_key(|glyph| (glyph.left_px, glyph.top_px));
    let bands = Bands::of(&glyphs);
    let mut rows = rows(&glyphs, &bands);
    rows.retain(|row| row.len() >= ROW_LEAST);
    let mut is_in_row = vec![false; glyphs.len()];
    for index in rows.iter().flatten() {
        is_in_row[*index] = true;
    }
    let is_among_its_kind = |row: &&Vec<usize>| {
        let (mut all, mut in_rows) = (0_u32, 0_u32);
        for index in bands.within(&glyphs, about(&glyphs, row)) {
            all += 1;
            in_rows += u32::from(is_in_row[index]);
        }
        f64::from(in_rows) >= IN_ROWS_LEAST * f64::from(all)
    };
    rows.iter().filter(is_among_its_kind).map(Vec::len).sum()
}

/// Chains each glyph to the nearest row that it carries on; rows as places in `glyphs`, which run from left to right.
fn rows(glyphs: &[Glyph], bands: &Bands) -> Vec<Vec<usize>> {
    let mut rows: Vec<Vec<usize>> = Vec::new();
    // The row of which a glyph is the last.
    let mut ends: Vec<Option<usize>> = vec![None; glyphs.len()];
    for (index, glyph) in glyphs.iter().enumerate() {
        let before = Glyph {
            left_px: glyph.left_px.saturating_sub(2 * BAND_PX + 1),
            right_px: glyph.left_px,
            top_px: glyph.bottom_px.saturating_sub(BAND_PX / 2),
            bottom_px: glyph.bottom_px + BAND_PX / 2,
        };
        let last = bands
            .within(glyphs, before)
            .filter(|last| ends[*last].is_some() && follows(&glyphs[*last], glyph))
            .max_by_key(|last| (glyphs[*last].right_px, *last));
        let row = last.and_then(|last| ends[last].take());
        let row = row.unwrap_or_else(|| {
            rows.push(Vec::new());
            rows.len() - 1
        });
        rows[row].push(index);
        ends[index] = Some(row);
    }
    rows
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

/// The part of the picture that a row is judged by.
fn about(glyphs: &[Glyph], row: &[usize]) -> Glyph {
    let bounds = row.iter().map(|index| glyphs[*index]);
    let bounds = bounds.reduce(|a, b| a.with(&b)).unwrap_or_default();
    let around_px = ABOUT_HEIGHTS * bounds.height_px();
    Glyph {
        left_px: bounds.left_px.saturating_sub(around_px),
        right_px: bounds.right_px + around_px,
        top_px: bounds.top_px.saturating_sub(around_px),
        bottom_px: bounds.bottom_px + around_px,
    }
}

/// Places of glyphs by where their lower ends lie, so that neighbours are found without a look at all of them: a
/// picture may have millions.
struct Bands(Vec<Vec<usize>>);

impl Bands {
    /// Of glyphs that run from left to right.
    fn of(glyphs: &[Glyph]) -> Self {
        let band = |glyph: &Glyph| (glyph.bottom_px / BAND_PX) as usize;
        let count = glyphs.iter().map(band).max().map_or(0, |last| last + 1);
        let mut bands = vec![Vec::new(); count];
        for (index, glyph) in glyphs.iter().enumerate() {
            bands[band(glyph)].push(index);
        }
        Self(bands)
    }

    /// The glyphs that touch a box.
    fn within<'a>(&'a self, glyphs: &'a [Glyph], part: Glyph) -> impl Iterator<Item = usize> + 'a {
        // The lower end of a glyph lies less than a band below its upper end.
        let end = self.0.len().min((part.bottom_px / BAND_PX + 2) as usize);
        let start = end.min((part.top_px / BAND_PX) as usize);
        let bands = self.0[start..end].iter();
        let columns = part.left_px.saturating_sub(WIDTH_MOST_PX)..=part.right_px;
        bands
            .flat_map(move |band| {
                let start = band.partition_point(|index| glyphs[*index].left_px < *columns.start());
                let end = band.partition_point(|index| glyphs[*index].left_px <= *columns.end());
                band[start..end.max(start)].iter().copied()
            })
            .filter(move |index| glyphs[*index].touches(&part))
    }
}
