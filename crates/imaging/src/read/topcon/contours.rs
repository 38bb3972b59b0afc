//! Layer lines: `@CONTOUR_INFO`, one chunk per boundary.
//!
//! Name (20 bytes), kind of number (u16: 0 for u16, 0x100 for f64), A-scans, B-scans, bytes of the heights; then a
//! row of heights per B-scan, in px over the lower edge of the picture.

use super::chunks::Chunks;
use crate::{Bscan, LayerLine, LayerLines, ReadError};

const NAME: &str = "@CONTOUR_INFO";
const HEAD_BYTES: u64 = 34;
/// Heights above are marks for "not found".
const MAX_HEIGHT_PX: f64 = 10_000.0;

/// Topcon's names with the field's, as the other formats use them, from the vitreous down. A file has one family,
/// or several; the one with more boundaries comes first.
const BOUNDARIES: [(&str, &str); 17] = [
    ("MULTILAYERS_1", "ILM"),
    ("RETINA_1", "ILM"),
    ("MULTILAYERS_2", "RNFL"),
    ("NFL_1", "RNFL"),
    ("MULTILAYERS_3", "GCL"),
    ("MULTILAYERS_4", "IPL"),
    ("NFL_2", "IPL"),
    ("MULTILAYERS_8", "INL"),
    ("NFL_3", "OPL"),
    ("MULTILAYERS_9", "ELM"),
    ("MULTILAYERS_5", "PR1"),
    ("RETINA_2", "PR1"),
    ("MULTILAYERS_6", "RPE"),
    ("RETINA_3", "RPE"),
    ("MULTILAYERS_7", "BM"),
    ("RETINA_4", "BM"),
    ("MULTILAYERS_10", "CHO"),
];

/// The lines of a volume and what to say about them.
#[derive(Default)]
pub(super) struct Lines {
    /// Empty, or one entry per B-scan.
    pub(super) per_bscan: Vec<LayerLines>,
    pub(super) warnings: Vec<String>,
}

/// The heights of one boundary.
struct Contour<'a> {
    /// Place in [`BOUNDARIES`].
    boundary: usize,
    width: usize,
    rows: usize,
    kind: Kind,
    heights: &'a [u8],
}

#[derive(Clone, Copy)]
enum Kind {
    U16,
    F64,
}

impl Kind {
    fn bytes(self) -> usize {
        match self {
            Self::U16 => 2,
            Self::F64 => 8,
        }
    }
}

pub(super) fn read(chunks: &Chunks<'_>, bscans: &[Bscan]) -> Result<Lines, ReadError> {
    let width = bscans.first().map_or(0, |bscan| bscan.size.width as usize);
    let mut lines = Lines::default();
    let mut left_out = 0;
    let mut contours: Vec<Contour<'_>> = Vec::new();
    for content in chunks.all(NAME) {
        match contour(chunks, content)? {
            Some(found) if found.width == width && found.rows >= bscans.len() => {
                contours.push(found);
            }
            _ => left_out += 1,
        }
    }
    contours.sort_by_key(|contour| contour.boundary);
    contours.dedup_by_key(|contour| contour.name());
    if left_out > 0 {
        lines.warnings.push(format!(
            "{left_out} contours of the file were left out, because their name or their size is not known."
        ));
    }
    let Some(first) = contours.first() else {
        return Ok(lines);
    };
    if first.rows != bscans.len() {
        lines.warnings.push(format!(
            "The layer lines are of {} B-scans but the file holds {}, so they were placed where they fit best.",
            first.rows,
            bscans.len()
        ));
    }
    let is_reversed = first.name() != "ILM" || first.fit(bscans, true) >= first.fit(bscans, false);
    let of_bscan = |(index, bscan): (usize, &Bscan)| LayerLines {
        lines: contours
            .iter()
            .map(|contour| contour.line(contour.row(index, is_reversed), bscan.size.height))
            .filter(|line| line.y_px.iter().any(|y| y.is_finite()))
            .collect(),
    };
    lines.per_bscan = bscans.iter().enumerate().map(of_bscan).collect();
    if lines.per_bscan.iter().all(|of| of.lines.is_empty()) {
        lines.per_bscan.clear();
    }
    Ok(lines)
}

/// Nothing for boundaries that are not of the retina, or not known.
fn contour<'a>(chunks: &Chunks<'a>, content: &'a [u8]) -> Result<Option<Contour<'a>>, ReadError> {
    let bytes = chunks.bytes(content);
    let field = bytes.slice(0, 20, NAME)?;
    let (width, rows) = (bytes.u32(22, NAME)?, bytes.u32(26, NAME)?);
    let id = field.split(|byte| *byte == 0).next().unwrap_or_default();
    let boundary = BOUNDARIES
        .iter()
        .position(|(topcon, _)| topcon.as_bytes() == id);
    let kind = match bytes.u16(20, NAME)? {
        0 => Kind::U16,
        0x100 => Kind::F64,
        _ => return Ok(None),
    };
    let Some(boundary) = boundary else {
        return Ok(None);
    };
    let length = u64::from(width) * u64::from(rows);
    let length = length.checked_mul(kind.bytes() as u64);
    let what = "the heights of @CONTOUR_INFO";
    Ok(Some(Contour {
        boundary,
        width: width as usize,
        rows: rows as usize,
        kind,
        heights: bytes.slice(HEAD_BYTES, length.unwrap_or(u64::MAX), what)?,
    }))
}

impl Contour<'_> {
    fn name(&self) -> &'static str {
        BOUNDARIES[self.boundary].1
    }

    /// The row that belongs to a B-scan. Some files store the last B-scan first, as open readers expect of all, and
    /// none says so: the pictures tell.
    fn row(&self, bscan: usize, is_reversed: bool) -> usize {
        match is_reversed {
            true => self.rows - 1 - bscan,
            false => bscan,
        }
    }

    fn line(&self, row: usize, height: u32) -> LayerLine {
        LayerLine {
            name: self.name().to_owned(),
            y_px: self.y_px(row, height).collect(),
        }
    }

    /// From the top; NaN where the boundary was not found or lies outside.
    fn y_px(&self, row: usize, height: u32) -> impl Iterator<Item = f32> {
        let (row_bytes, each) = (self.width * self.kind.bytes(), self.kind.bytes());
        let heights = &self.heights[row * row_bytes..(row + 1) * row_bytes];
        heights.chunks_exact(each).map(move |raw| {
            let over_edge = match *raw {
                [a, b] => f64::from(u16::from_le_bytes([a, b])),
                [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
                _ => f64::NAN,
            };
            let is_found = over_edge > 0.0 && over_edge <= MAX_HEIGHT_PX.min(height.into());
            match is_found {
                true => (f64::from(height) - over_edge) as f32,
                false => f32::NAN,
            }
        })
    }

    /// How much brighter pictures are right below the line than right above, in the order asked about.
    fn fit(&self, bscans: &[Bscan], is_reversed: bool) -> f64 {
        const REACH_PX: usize = 5;
        let step = bscans.len().div_ceil(64);
        let mut gain = 0.0;
        for (index, bscan) in bscans.iter().enumerate().step_by(step) {
            let (width, height) = (bscan.size.width as usize, bscan.size.height);
            let gray = |x: usize, y: usize| f64::from(bscan.pixels[y * width + x]);
            let row = self.row(index, is_reversed);
            for (x, y) in self.y_px(row, height).enumerate() {
                // NaN becomes 0, which no window fits around.
                let y = y as usize;
                if y >= REACH_PX && y + REACH_PX <= height as usize {
                    let below: f64 = (y..y + REACH_PX).map(|y| gray(x, y)).sum();
                    let above: f64 = (y - REACH_PX..y).map(|y| gray(x, y)).sum();
                    gain += below - above;
                }
            }
        }
        gain
    }
}
