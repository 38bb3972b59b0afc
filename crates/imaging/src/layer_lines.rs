//! Retinal boundaries as heights per A-scan.

use serde::{Deserialize, Serialize};

/// One boundary across a B-scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerLine {
    /// The field's name of the boundary (`ILM`, `BM`, …).
    pub name: String,
    /// Height of the boundary in image px from the top edge, one per A-scan; NaN where it is absent.
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
