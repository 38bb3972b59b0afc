//! Retinal boundaries as heights per A-scan, and how they and masks become each other.
//!
//! One convention holds everywhere: the height of a boundary is the **top edge of the first pixel row of the layer
//! below it**, in px from the top edge of the picture. A boundary between rows 9 and 10 is at 10.0; one that runs
//! through the middle of row 10 is at 10.5. NaN says that an A-scan has no such boundary.

mod boundaries;
mod from_mask;
mod to_mask;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(crate) use boundaries::boundary_name;
pub use boundaries::{LAYER_BOUNDARIES, LayerBoundary, SchemaBoundary, schema_boundaries};
pub use to_mask::DrawnLayers;

/// One boundary across a B-scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerLine {
    /// The field's name of the boundary (`ILM`, `BM`, …).
    pub name: String,
    /// Height of the boundary in image px from the top edge, one per A-scan; NaN where it is absent.
    #[serde(serialize_with = "absent_as_null", deserialize_with = "null_as_absent")]
    pub y_px: Vec<f32>,
}

/// All boundaries of one B-scan, from the vitreous down where the source orders them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LayerLines {
    /// The boundaries; names are unique.
    pub lines: Vec<LayerLine>,
}

impl LayerLines {
    /// The boundary called `name`.
    pub fn get(&self, name: &str) -> Option<&LayerLine> {
        self.lines.iter().find(|line| line.name == name)
    }
}

/// JSON has no NaN.
fn absent_as_null<S: Serializer>(y_px: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(y_px.iter().map(|y| y.is_finite().then_some(*y)))
}

fn null_as_absent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f32>, D::Error> {
    let heights = Vec::<Option<f32>>::deserialize(deserializer)?;
    Ok(heights.into_iter().map(|y| y.unwrap_or(f32::NAN)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_heights_survive_json() {
        let line = LayerLine {
            name: "ILM".to_owned(),
            y_px: vec![1.5, f32::NAN, 3.0],
        };
        let json = serde_json::to_string(&line).expect("numbers and null");
        assert_eq!(json, r#"{"name":"ILM","y_px":[1.5,null,3.0]}"#);
        let back: LayerLine = serde_json::from_str(&json).expect("our own JSON");
        assert!(back.y_px[1].is_nan() && back.y_px[0] == 1.5 && back.y_px[2] == 3.0);
    }
}
