//! Label schemas: which class an index stands for, and how it is shown.

use serde::{Deserialize, Serialize};

/// What kind of thing a class marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassKind {
    /// Everything that is not labelled: vitreous, choroid.
    Background,
    /// Fluid and other lesions.
    Pathology,
    /// A retinal layer.
    Layer,
}

/// One class of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassDef {
    /// Value in the mask.
    pub index: u8,
    /// Short name as the field writes it.
    pub name: String,
    /// What the name stands for.
    pub description: String,
    /// sRGB colour.
    pub colour_rgb: [u8; 3],
    /// What kind of thing it marks.
    pub kind: ClassKind,
}

/// A versioned list of classes, ordered by index without gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSchema {
    /// Name and version, stored with each label.
    pub id: String,
    /// Classes; the position is the index.
    pub classes: Vec<ClassDef>,
}

use ClassKind::{Background, Layer, Pathology};

/// Colours were chosen so that neighbours down an A-scan differ in hue or clearly in lightness, also over the brightest
/// tissue and for people who tell red from green badly; pathology takes the warm hues.
const OCT_LAYERS: [(&str, &str, [u8; 3], ClassKind); 12] = [
    (
        "Background",
        "vitreous, choroid and everything not labelled",
        [0, 0, 0],
        Background,
    ),
    ("IRF", "intraretinal fluid", [255, 92, 92], Pathology),
    ("SRF", "subretinal fluid", [255, 158, 64], Pathology),
    (
        "PED",
        "pigment epithelial detachment",
        [255, 214, 92],
        Pathology,
    ),
    ("Drusen", "drusen", [236, 120, 190], Pathology),
    ("RNFL", "retinal nerve fibre layer", [86, 180, 233], Layer),
    (
        "GCL-IPL",
        "ganglion cell and inner plexiform layer",
        [0, 114, 178],
        Layer,
    ),
    ("INL", "inner nuclear layer", [64, 208, 188], Layer),
    ("OPL", "outer plexiform layer", [0, 140, 100], Layer),
    ("ONL", "outer nuclear layer", [178, 223, 110], Layer),
    (
        "IS/OS",
        "photoreceptor inner and outer segments",
        [208, 150, 255],
        Layer,
    ),
    ("RPE", "retinal pigment epithelium", [0, 96, 255], Layer),
];

impl LabelSchema {
    /// Name of the schema that the default model and the phantoms use.
    pub const OCT_LAYERS_ID: &'static str = "fovea.oct-layers/1";

    /// Seven retinal layers (5–11), four kinds of pathology (1–4) and background (0).
    pub fn oct_layers() -> Self {
        let class = |(index, (name, description, colour_rgb, kind)): (
            usize,
            &(&str, &str, [u8; 3], ClassKind),
        )| ClassDef {
            index: index as u8,
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            colour_rgb: *colour_rgb,
            kind: *kind,
        };
        Self {
            id: Self::OCT_LAYERS_ID.to_owned(),
            classes: OCT_LAYERS.iter().enumerate().map(class).collect(),
        }
    }

    /// The class with this index.
    pub fn class(&self, index: u8) -> Option<&ClassDef> {
        self.classes.get(usize::from(index))
    }

    /// Number of classes, background included.
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// True when there is no class at all.
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// Indices of the retinal layers: what the retina band is made of.
    pub fn layer_indices(&self) -> impl Iterator<Item = u8> + '_ {
        self.classes
            .iter()
            .filter(|c| c.kind == Layer)
            .map(|c| c.index)
    }
}
