//! The names of retinal boundaries, one table for all formats and makers.

use fovea_annotation::LabelSchema;

use super::{LayerLine, LayerLines};

/// A retinal boundary as the field names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerBoundary {
    /// Name in lines, tables and files.
    pub name: &'static str,
    /// Layer above, by its name in the schema; none for the vitreous side.
    pub above: Option<&'static str>,
    /// Layer below, by its name in the schema; none for the choroid side.
    pub below: Option<&'static str>,
    /// What makers and tools call the same boundary, compared without case, spaces and punctuation. A device that
    /// names a line after one layer means that layer's lower border, except for the pigment epithelium.
    pub synonyms: &'static [&'static str],
}

const fn boundary(
    name: &'static str,
    above: Option<&'static str>,
    below: Option<&'static str>,
    synonyms: &'static [&'static str],
) -> LayerBoundary {
    LayerBoundary {
        name,
        above,
        below,
        synonyms,
    }
}

/// Boundaries from the vitreous down, after the IN•OCT consensus (Staurenghi et al., Ophthalmology 2014;121:1572).
/// Synonyms are those of Heidelberg, Topcon, the Iowa Reference Algorithms and of common data sets.
pub const LAYER_BOUNDARIES: [LayerBoundary; 8] = [
    boundary(
        "ILM",
        None,
        Some("RNFL"),
        &[
            "inner limiting membrane",
            "internal limiting membrane",
            "vitreous/ILM",
            "vitreous/RNFL",
            "ILM (ILM)",
        ],
    ),
    boundary(
        "RNFL/GCL",
        Some("RNFL"),
        Some("GCL-IPL"),
        &["RNFL", "NFL", "NFL/GCL", "RNFL-GCL (RNFL-GCL)"],
    ),
    boundary(
        "IPL/INL",
        Some("GCL-IPL"),
        Some("INL"),
        &[
            "IPL",
            "GCL-IPL",
            "GCIPL",
            "GCL-IPL/INL",
            "IPL-INL (IPL-INL)",
        ],
    ),
    boundary(
        "INL/OPL",
        Some("INL"),
        Some("OPL"),
        &["INL", "INL-OPL (INL-OPL)"],
    ),
    boundary(
        "OPL/ONL",
        Some("OPL"),
        Some("ONL"),
        &["OPL", "OPL/HFL", "OPL-HFL (OPL-HFL)"],
    ),
    boundary(
        "ELM",
        Some("ONL"),
        Some("IS/OS"),
        &[
            "OLM",
            "external limiting membrane",
            "outer limiting membrane",
            "ONL/IS",
        ],
    ),
    boundary(
        "OS/RPE",
        Some("IS/OS"),
        Some("RPE"),
        &[
            "RPE",
            "IB_RPE",
            "inner RPE",
            "OPR/RPE",
            "Inner boundary of RPE (IB_RPE)",
        ],
    ),
    boundary(
        "BM",
        Some("RPE"),
        None,
        &[
            "Bruch's membrane",
            "RPE/BM",
            "RPE/choroid",
            "BM/choroid",
            "OB_RPE",
            "Outer boundary of RPE (OB_RPE)",
        ],
    ),
];

/// A boundary between two neighbouring layers of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaBoundary {
    /// The field's name where [`LAYER_BOUNDARIES`] has one, else made from the names of the layers.
    pub name: String,
    /// Class above.
    pub above: Option<u8>,
    /// Class below.
    pub below: Option<u8>,
}

/// The boundaries of the layers of `schema`, which are taken to lie in the order of their indices from the vitreous
/// down: one more than there are layers, or none when there is no layer.
pub fn schema_boundaries(schema: &LabelSchema) -> Vec<SchemaBoundary> {
    let layers: Vec<u8> = schema.layer_indices().collect();
    if layers.is_empty() {
        return Vec::new();
    }
    let name_of = |index: u8| schema.class(index).map(|class| class.name.as_str());
    (0..=layers.len())
        .map(|at| {
            let above = at.checked_sub(1).map(|before| layers[before]);
            let below = layers.get(at).copied();
            let names = (above.and_then(name_of), below.and_then(name_of));
            let known = LAYER_BOUNDARIES
                .iter()
                .find(|known| (known.above, known.below) == names);
            let name = match (known, names) {
                (Some(known), _) => known.name.to_owned(),
                (None, (Some(above), Some(below))) => format!("{above}/{below}"),
                (None, (None, below)) => format!("top of {}", below.unwrap_or_default()),
                (None, (Some(above), None)) => format!("bottom of {above}"),
            };
            SchemaBoundary { name, above, below }
        })
        .collect()
}

impl SchemaBoundary {
    /// The line for this boundary among lines that a device or another tool named: one of exactly that name first,
    /// then one that is called by a synonym.
    pub fn line_in<'a>(&self, lines: &'a LayerLines) -> Option<&'a LayerLine> {
        lines.get(&self.name).or_else(|| {
            lines
                .lines
                .iter()
                .find(|line| boundary_name(&line.name) == Some(self.name.as_str()))
        })
    }
}

/// The field's name for what a device or tool calls `foreign`.
pub(crate) fn boundary_name(foreign: &str) -> Option<&'static str> {
    let wanted = plain(foreign);
    LAYER_BOUNDARIES
        .iter()
        .find(|known| {
            plain(known.name) == wanted || known.synonyms.iter().any(|name| plain(name) == wanted)
        })
        .map(|known| known.name)
}

/// Letters and digits in lower case.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_of_the_schema_has_named_borders() {
        let names: Vec<String> = schema_boundaries(&LabelSchema::oct_layers())
            .into_iter()
            .map(|boundary| boundary.name)
            .collect();
        assert_eq!(names, LAYER_BOUNDARIES.map(|known| known.name));
    }

    #[test]
    fn no_synonym_means_two_boundaries() {
        let mut seen = std::collections::BTreeMap::new();
        for known in LAYER_BOUNDARIES {
            for name in known.synonyms.iter().chain([&known.name]) {
                let before = seen.insert(plain(name), known.name);
                assert!(before.is_none_or(|before| before == known.name), "{name}");
            }
        }
    }

    #[test]
    fn names_of_makers_are_understood() {
        for (foreign, expected) in [
            ("rnfl", Some("RNFL/GCL")),
            ("INL-OPL", Some("INL/OPL")),
            ("Bruchs membrane", Some("BM")),
            ("CHO", None),
            ("GCL", None),
        ] {
            assert_eq!(boundary_name(foreign), expected, "{foreign}");
        }
    }
}
