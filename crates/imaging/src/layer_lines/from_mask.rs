//! Boundaries of a mask.

use fovea_annotation::{ClassKind, LabelSchema, Mask};

use super::{LayerLine, LayerLines, schema_boundaries};

/// Mark of a lesion in a column of ordinals; 0 is everything else that is no layer.
const LESION: u8 = u8::MAX;

impl LayerLines {
    /// The boundaries of the layers in `mask`, named by [`schema_boundaries`].
    ///
    /// - A lesion inside or between layers breaks no boundary: it counts to the layer above it, and below the last
    ///   layer (drusen, a detachment) it lies above Bruch's membrane. Where it has taken the place of a whole layer, it
    ///   counts to that layer.
    /// - A layer that ends in some A-scans but is labelled in others of this mask has thickness 0 there, as the inner
    ///   layers do in the foveal pit. Boundaries below the last layer of an A-scan are absent, as in the optic disc.
    /// - Boundaries are ordered in every A-scan; pixels of a layer above the top of the one before it are passed over.
    pub fn of_mask(mask: &Mask, schema: &LabelSchema) -> Self {
        let ordinals = Ordinals::of(schema);
        let labelled = ordinals.labelled(mask);
        let (width, height) = (mask.size().width as usize, mask.size().height as usize);
        let mut lines: Vec<LayerLine> = schema_boundaries(schema)
            .into_iter()
            .map(|boundary| LayerLine {
                name: boundary.name,
                y_px: vec![f32::NAN; width],
            })
            .collect();
        let mut column = vec![0; height];
        for x in 0..width {
            let pixels = mask.classes().iter().skip(x).step_by(width);
            for (cell, class) in column.iter_mut().zip(pixels) {
                *cell = ordinals.of_class[usize::from(*class)];
            }
            for (line, row) in lines.iter_mut().zip(heights(&column, &labelled)) {
                line.y_px[x] = row.map_or(f32::NAN, |row| row as f32);
            }
        }
        Self { lines }
    }
}

/// Layers numbered from 1 down the retina.
struct Ordinals {
    of_class: [u8; 256],
    layers: usize,
}

impl Ordinals {
    fn of(schema: &LabelSchema) -> Self {
        let mut of_class = [0; 256];
        for class in &schema.classes {
            if class.kind == ClassKind::Pathology {
                of_class[usize::from(class.index)] = LESION;
            }
        }
        let mut layers = 0;
        for (ordinal, class) in (1..LESION).zip(schema.layer_indices()) {
            of_class[usize::from(class)] = ordinal;
            layers = usize::from(ordinal);
        }
        Self { of_class, layers }
    }

    /// For each layer, whether any pixel of the mask has it.
    fn labelled(&self, mask: &Mask) -> Vec<bool> {
        let mut occurs = [false; 256];
        for class in mask.classes() {
            occurs[usize::from(*class)] = true;
        }
        let mut labelled = vec![false; self.layers];
        for (ordinal, _) in self.of_class.iter().zip(occurs).filter(|(_, o)| *o) {
            let at = usize::from(*ordinal).checked_sub(1);
            if let Some(layer) = at.and_then(|at| labelled.get_mut(at)) {
                *layer = true;
            }
        }
        labelled
    }
}

/// Rows of a layer in one column.
#[derive(Clone, Copy)]
struct Span {
    top: usize,
    end: usize,
}

/// Rows of all boundaries in one column, from the vitreous down.
fn heights(column: &[u8], labelled: &[bool]) -> Vec<Option<usize>> {
    let spans = spans(column, labelled.len());
    let mut rows = vec![None; labelled.len() + 1];
    let first = spans.iter().position(Option::is_some);
    let Some(first) = first.filter(|_| !rows.is_empty()) else {
        return rows;
    };
    let mut above: Option<(usize, Span)> = None;
    for (layer, span) in spans.iter().enumerate() {
        let Some(span) = span else { continue };
        if let Some((before, last)) = above {
            // The lesion that took the place of the missing layers counts to the first of them.
            let known = labelled[before + 1..layer].iter().all(|known| *known);
            let missing = &mut rows[before + 1..layer];
            missing.fill(known.then_some(span.top));
            if let Some(first) = missing.first_mut() {
                *first = Some(last.end.clamp(last.top, span.top));
            }
        }
        rows[layer] = Some(span.top);
        above = Some((layer, *span));
    }
    for layer in (0..first).rev() {
        rows[layer] = rows[layer + 1].filter(|_| labelled[layer]);
    }
    if let Some((last, span)) = above {
        let hangs_below = last + 1 == labelled.len();
        let lesion = column[span.end..]
            .iter()
            .take_while(|cell| **cell == LESION);
        rows[last + 1] = Some(span.end + if hangs_below { lesion.count() } else { 0 });
    }
    rows
}

/// Where each layer lies, each from the first row at or below the top of the layer before.
fn spans(column: &[u8], layers: usize) -> Vec<Option<Span>> {
    let mut from = 0;
    (1..=layers)
        .map(|ordinal| {
            let is_it = |cell: &u8| usize::from(*cell) == ordinal;
            let top = from + column[from..].iter().position(is_it)?;
            let end = column.iter().rposition(is_it)? + 1;
            from = top;
            Some(Span { top, end })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fovea_geometry::SizePx;

    /// Heights in one A-scan of these classes, background around it left out of the text.
    fn of_column(classes: &[u8]) -> Vec<Option<f32>> {
        of_columns(&[classes]).remove(0)
    }

    fn of_columns(columns: &[&[u8]]) -> Vec<Vec<Option<f32>>> {
        let size = SizePx::new(columns.len() as u32, columns[0].len() as u32);
        let classes = (0..columns[0].len())
            .flat_map(|y| columns.iter().map(move |column| column[y]))
            .collect();
        let mask = Mask::new(size, classes).expect("columns of one height");
        let lines = LayerLines::of_mask(&mask, &LabelSchema::oct_layers());
        let at = |x: usize| lines.lines.iter().map(move |line| line.y_px[x]);
        (0..columns.len())
            .map(|x| at(x).map(|y| y.is_finite().then_some(y)).collect())
            .collect()
    }

    fn rows(rows: [i32; 8]) -> Vec<Option<f32>> {
        rows.map(|row| (row >= 0).then_some(row as f32)).to_vec()
    }

    #[test]
    fn a_height_is_the_top_edge_of_the_layer_below() {
        let retina = [0, 5, 5, 6, 7, 7, 8, 9, 10, 11, 11, 0];
        assert_eq!(of_column(&retina), rows([1, 3, 4, 6, 7, 8, 9, 11]));
        let at_the_edges = [5, 6, 7, 8, 9, 10, 11];
        assert_eq!(of_column(&at_the_edges), rows([0, 1, 2, 3, 4, 5, 6, 7]));
    }

    #[test]
    fn lesions_break_no_boundary() {
        for (name, column, expected) in [
            (
                "in a layer",
                [5, 6, 7, 1, 7, 8, 9, 10, 11, 11, 0],
                [0, 1, 2, 5, 6, 7, 8, 10],
            ),
            (
                "for a layer",
                [5, 6, 1, 1, 8, 8, 9, 10, 11, 11, 0],
                [0, 1, 2, 4, 6, 7, 8, 10],
            ),
            (
                "SRF",
                [5, 6, 7, 8, 9, 10, 2, 2, 11, 11, 0],
                [0, 1, 2, 3, 4, 5, 8, 10],
            ),
            (
                "drusen",
                [5, 6, 7, 8, 9, 10, 11, 4, 4, 0, 0],
                [0, 1, 2, 3, 4, 5, 6, 9],
            ),
            (
                "not at the RPE",
                [5, 6, 7, 8, 9, 10, 11, 0, 4, 0, 0],
                [0, 1, 2, 3, 4, 5, 6, 7],
            ),
        ] {
            assert_eq!(of_column(&column), rows(expected), "{name}");
        }
    }

    #[test]
    fn layers_end_in_the_pit_and_in_the_disc() {
        let normal = [5, 6, 7, 8, 9, 10, 11];
        let pit = [0, 0, 0, 8, 9, 10, 11];
        let disc = [0, 5, 5, 5, 0, 0, 0];
        let found = of_columns(&[&normal, &pit, &disc, &[0; 7]]);
        assert_eq!(found[1], rows([3, 3, 3, 3, 4, 5, 6, 7]));
        assert_eq!(found[2], rows([1, 4, -1, -1, -1, -1, -1, -1]));
        assert_eq!(found[3], rows([-1; 8]));
    }

    #[test]
    fn a_layer_that_nobody_labelled_has_no_boundary() {
        let found = of_column(&[0, 5, 5, 0, 0, 11, 0]);
        assert_eq!(found, rows([1, 3, -1, -1, -1, -1, 5, 6]));
        assert_eq!(of_column(&[0, 11, 0]), rows([-1, -1, -1, -1, -1, -1, 1, 2]));
    }

    #[test]
    fn strays_above_are_passed_over() {
        let found = of_column(&[11, 0, 5, 6, 7, 8, 9, 10, 11]);
        assert_eq!(found, rows([2, 3, 4, 5, 6, 7, 8, 9]));
    }
}
