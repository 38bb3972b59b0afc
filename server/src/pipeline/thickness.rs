//! Thickness of the retina and of each layer over all A-scans of a case.

use fovea_annotation::{LabelSchema, Mask};
use fovea_imaging::{LayerLines, RETINA, schema_boundaries};
use serde::Serialize;

use super::histogram::{Histogram, Summary};

/// Thickness of one layer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct LayerThickness {
    /// `Retina` (first boundary to last), or the class of the layer.
    layer: String,
    /// A-scans in which both boundaries were found.
    ascans: u64,
    /// In px along the A-scan.
    px: Option<Summary>,
    /// In µm, where the size of a pixel is known.
    um: Option<Summary>,
}

/// Thicknesses as they are met, mask by mask.
pub(super) struct Thickness {
    schema: LabelSchema,
    layers: Vec<Layer>,
}

struct Layer {
    name: String,
    top: String,
    bottom: String,
    px: Histogram,
}

impl Thickness {
    pub(super) fn new(schema: &LabelSchema) -> Self {
        let boundaries = schema_boundaries(schema);
        let layer = |name: String, top: &str, bottom: &str| Layer {
            name,
            top: top.to_owned(),
            bottom: bottom.to_owned(),
            px: Histogram::default(),
        };
        let mut layers = Vec::new();
        if let (Some(first), Some(last)) = (boundaries.first(), boundaries.last()) {
            layers.push(layer(RETINA.to_owned(), &first.name, &last.name));
        }
        layers.extend(boundaries.windows(2).map(|pair| {
            let class = pair[0].below.and_then(|class| schema.class(class));
            let name = class.map(|class| class.name.clone()).unwrap_or_default();
            layer(name, &pair[0].name, &pair[1].name)
        }));
        Self {
            schema: schema.clone(),
            layers,
        }
    }

    /// Adds the A-scans of a mask.
    pub(super) fn add(&mut self, mask: &Mask) {
        let lines = LayerLines::of_mask(mask, &self.schema);
        for layer in &mut self.layers {
            let (Some(top), Some(bottom)) = (lines.get(&layer.top), lines.get(&layer.bottom))
            else {
                continue;
            };
            for (top_px, bottom_px) in top.y_px.iter().zip(&bottom.y_px) {
                let px = bottom_px - top_px;
                // Boundaries of a mask lie between rows, so thicknesses are whole; one that is absent is NaN.
                if px >= 0.0 {
                    layer.px.add(px as usize, 1);
                }
            }
        }
    }

    /// What was met; `um_per_px` is the distance of depth samples.
    pub(super) fn finish(self, um_per_px: Option<f64>) -> Vec<LayerThickness> {
        let layers = self.layers.into_iter().map(|layer| LayerThickness {
            ascans: layer.px.len(),
            px: layer.px.summary(1.0),
            um: um_per_px.and_then(|um| layer.px.summary(um)),
            layer: layer.name,
        });
        layers.collect()
    }
}

#[cfg(test)]
mod tests {
    use fovea_geometry::SizePx;

    use super::*;

    #[test]
    fn layers_are_measured_in_px_and_um() {
        let schema = LabelSchema::oct_layers();
        let size = SizePx::new(4, 20);
        let mut mask = Mask::background(size);
        // RNFL (5) of 3 rows from row 2, GCL-IPL (6) of 5 rows below it.
        for (row, class) in (2..5)
            .map(|row| (row, 5))
            .chain((5..10).map(|row| (row, 6)))
        {
            mask.classes_mut()[row * 4..][..4].fill(class);
        }
        let mut thickness = Thickness::new(&schema);
        thickness.add(&mask);
        let layers = thickness.finish(Some(4.0));
        let of = |name: &str| {
            layers
                .iter()
                .find(|layer| layer.layer == name)
                .expect("is there")
        };
        assert_eq!(of("RNFL").ascans, 4);
        assert_eq!(of("RNFL").px.map(|px| px.mean), Some(3.0));
        assert_eq!(of("GCL-IPL").um.map(|um| um.max), Some(20.0));
        assert!(layers.len() == 8 && layers[0].layer == RETINA);
    }
}
