//! Areas of each B-scan as a table.

use std::fmt::Write as _;

use fovea_annotation::LabelSchema;
use fovea_geometry::SpacingUm;

/// Pixels of each class in a B-scan.
pub(super) struct TileAreas {
    pub(super) bscan_index: u32,
    pub(super) area_px: Vec<u64>,
}

/// One row per B-scan and class that occurs in it: `bscan` (from 0), `class`, `name`, `area_px`, `area_mm2`, the last
/// empty where the size of a pixel is not known.
pub(super) fn table(
    schema: &LabelSchema,
    rows: &[TileAreas],
    spacing_um: Option<SpacingUm>,
) -> String {
    let mut text = "bscan,class,name,area_px,area_mm2\n".to_owned();
    for row in rows {
        for (class, area_px) in schema.classes.iter().zip(&row.area_px) {
            if *area_px == 0 {
                continue;
            }
            let mm2 = spacing_um.map(|spacing| *area_px as f64 * spacing.pixel_area_mm2());
            let mm2 = mm2.map(|mm2| format!("{mm2:.6}")).unwrap_or_default();
            // No class of a schema has a comma or a quotation mark in its name; writing to a text cannot fail.
            let _ = writeln!(
                text,
                "{},{},{},{area_px},{mm2}",
                row.bscan_index, class.index, class.name
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_occur_have_a_row() {
        let mut area_px = vec![0; 12];
        (area_px[0], area_px[5]) = (90, 10);
        let rows = [TileAreas {
            bscan_index: 3,
            area_px,
        }];
        let schema = LabelSchema::oct_layers();
        let spacing = SpacingUm::new(10.0, 4.0, 120.0);
        assert_eq!(
            table(&schema, &rows, spacing),
            "bscan,class,name,area_px,area_mm2\n3,0,Background,90,0.003600\n3,5,RNFL,10,0.000400\n"
        );
        let unknown = table(&schema, &rows, None);
        assert!(unknown.ends_with("3,5,RNFL,10,\n"), "{unknown}");
    }
}
