//! Layers drawn from their boundaries.

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;

use super::{LayerLine, LayerLines, boundary_name, schema_boundaries};

/// A mask drawn from lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawnLayers {
    /// Layers between the boundaries that are there; background elsewhere.
    pub mask: Mask,
    /// Boundaries of the schema without a line; the layers on both sides of them are not drawn.
    pub missing: Vec<String>,
    /// Lines that are no boundary of the schema by any name.
    pub unknown: Vec<String>,
}

impl LayerLines {
    /// Draws the layers of `schema` between these lines, whatever maker named them (see
    /// [`crate::LAYER_BOUNDARIES`]).
    ///
    /// A pixel belongs to the layer in which its centre lies; a centre that lies exactly on a boundary is below it, so a
    /// line between whole rows is rounded to the nearer edge, from the middle up the picture. A layer is drawn where both of its boundaries
    /// are present. Where lines cross, the upper layer keeps what it has. Lines shorter than the picture end early.
    pub fn to_mask(&self, size: SizePx, schema: &LabelSchema) -> DrawnLayers {
        let boundaries = schema_boundaries(schema);
        let lines: Vec<Option<&LayerLine>> = boundaries
            .iter()
            .map(|boundary| boundary.line_in(self))
            .collect();
        let mut mask = Mask::background(size);
        let width = size.width as usize;
        // First row of each column that no layer above has.
        let mut free = vec![0; width];
        for (boundary, pair) in boundaries.iter().zip(lines.windows(2)) {
            let (Some(class), [Some(top), Some(bottom)]) = (boundary.below, pair) else {
                continue;
            };
            let columns = top.y_px.iter().zip(&bottom.y_px).zip(&mut free);
            for (x, ((top, bottom), free)) in columns.enumerate() {
                let (Some(start), Some(end)) = (row(*top, size), row(*bottom, size)) else {
                    continue;
                };
                for y in start.max(*free)..end {
                    mask.classes_mut()[y * width + x] = class;
                }
                *free = end.max(*free);
            }
        }
        let missing = boundaries
            .into_iter()
            .zip(&lines)
            .filter(|(_, line)| line.is_none())
            .map(|(boundary, _)| boundary.name)
            .collect();
        let is_used = |line: &&LayerLine| lines.iter().flatten().any(|used| used.name == line.name);
        let is_known = |line: &&LayerLine| is_used(line) || boundary_name(&line.name).is_some();
        let unknown = self.lines.iter().filter(|line| !is_known(line));
        DrawnLayers {
            mask,
            missing,
            unknown: unknown.map(|line| line.name.clone()).collect(),
        }
    }
}

/// First row whose centre is at or below `y_px`, at most the height.
fn row(y_px: f32, size: SizePx) -> Option<usize> {
    // Casts saturate, so a line above the picture starts in row 0.
    y_px.is_finite()
        .then(|| ((y_px - 0.5).ceil() as usize).min(size.height as usize))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, y_px: f32) -> LayerLine {
        LayerLine {
            name: name.to_owned(),
            y_px: vec![y_px],
        }
    }

    fn drawn(lines: &[(&str, f32)], height: u32) -> DrawnLayers {
        let lines = lines.iter().map(|(name, y)| line(name, *y)).collect();
        LayerLines { lines }.to_mask(SizePx::new(1, height), &LabelSchema::oct_layers())
    }

    #[test]
    fn a_pixel_belongs_where_its_centre_lies() {
        for (ilm, rnfl, expected) in [
            (1.0, 3.0, [0, 5, 5, 0]),
            (1.4, 2.6, [0, 5, 5, 0]),
            (1.5, 2.5, [0, 5, 0, 0]),
            (1.6, 2.4, [0, 0, 0, 0]),
            (-9.0, 1e30, [5, 5, 5, 5]),
            (3.0, 1.0, [0, 0, 0, 0]),
            (f32::NAN, 3.0, [0, 0, 0, 0]),
        ] {
            let found = drawn(&[("ILM", ilm), ("RNFL/GCL", rnfl)], 4);
            assert_eq!(found.mask.classes(), expected, "{ilm} {rnfl}");
        }
    }

    #[test]
    fn crossed_lines_leave_the_upper_layer_alone() {
        let lines = [("ILM", 0.0), ("RNFL", 3.0), ("IPL", 1.0), ("INL", 4.0)];
        assert_eq!(drawn(&lines, 5).mask.classes(), [5, 5, 5, 7, 0]);
    }

    #[test]
    fn lines_of_makers_draw_what_they_delimit() {
        // The names of a Heidelberg export with three lines.
        let found = drawn(&[("ILM", 1.0), ("BM", 5.0), ("RNFL", 2.0), ("CHO", 5.5)], 6);
        assert_eq!(found.mask.classes(), [0, 5, 0, 0, 0, 0]);
        assert_eq!(
            found.missing,
            ["IPL/INL", "INL/OPL", "OPL/ONL", "ELM", "OS/RPE"]
        );
        assert_eq!(found.unknown, ["CHO"]);
    }
}
