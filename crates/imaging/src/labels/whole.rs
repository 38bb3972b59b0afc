//! One mask of the areas and the layer lines of a B-scan.

use fovea_annotation::{LabelSchema, Mask};
use fovea_geometry::SizePx;

use super::mapping::SchemaMapping;
use crate::ForeignBscan;

impl SchemaMapping {
    /// The B-scan of `size` in classes of `schema`: its areas over the layers that lie between its lines, for who marked
    /// fluid meant it to be there.
    ///
    /// A layer that has an area in this B-scan is that area: its lines are the same layer once more, and between them
    /// lie the gaps that somebody left in it. A mask of another size than `size` is given as it is.
    pub fn whole_mask(&self, bscan: &ForeignBscan, size: SizePx, schema: &LabelSchema) -> Mask {
        let areas = bscan.mask.as_ref().map(|mask| self.apply(mask).mask);
        let areas = match areas {
            Some(areas) if areas.size() != size || bscan.lines.lines.is_empty() => return areas,
            Some(areas) => areas,
            None => Mask::background(size),
        };
        let mut whole = bscan.lines.to_mask(size, schema).mask;
        let mut has_area = [false; 256];
        areas
            .classes()
            .iter()
            .for_each(|class| has_area[usize::from(*class)] = true);
        for (pixel, area) in whole.classes_mut().iter_mut().zip(areas.classes()) {
            if *area != 0 || has_area[usize::from(*pixel)] {
                *pixel = *area;
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ForeignClass, LayerLine, LayerLines};

    /// A column in which two layers lie between lines: RNFL in rows 1 to 3, GCL-IPL in rows 4 and 5.
    fn drawn(areas: Option<[u8; 7]>) -> Vec<u8> {
        let size = SizePx::new(1, 7);
        let line = |name: &str, y_px: f32| LayerLine {
            name: name.to_owned(),
            y_px: vec![y_px],
        };
        let bscan = ForeignBscan {
            bscan_index: 0,
            image_name: None,
            mask: areas.map(|areas| Mask::new(size, areas.to_vec()).expect("seven")),
            lines: LayerLines {
                lines: vec![
                    line("ILM", 1.0),
                    line("RNFL/GCL", 4.0),
                    line("IPL/INL", 6.0),
                ],
            },
        };
        let schema = LabelSchema::oct_layers();
        let classes = [(1, "RNFL"), (2, "SRF")].map(|(index, name)| ForeignClass {
            index,
            name: name.to_owned(),
        });
        let mapping = SchemaMapping::propose(&classes, &schema);
        mapping.whole_mask(&bscan, size, &schema).classes().to_vec()
    }

    #[test]
    fn layers_with_an_area_are_not_drawn_from_lines() {
        assert_eq!(drawn(None), [0, 5, 5, 5, 6, 6, 0]);
        // An area of another class lies over the layers.
        assert_eq!(drawn(Some([0, 0, 2, 0, 2, 0, 0])), [0, 5, 2, 5, 2, 6, 0]);
        // The gap in row 2 stays.
        assert_eq!(drawn(Some([0, 1, 0, 1, 0, 0, 1])), [0, 5, 0, 5, 6, 6, 5]);
    }
}
