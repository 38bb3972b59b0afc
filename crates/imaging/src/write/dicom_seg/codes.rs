//! Codes of our classes.
//!
//! Segmentation property types for the retina (CID 4273) are surfaces; no context group of PS3.16 has its layers and
//! fluids. Layers have the codes of the anatomy ontology UBERON, whose designator PS3.16 section 8 registers. What is
//! no single concept there or is a lesion has a code of our own, below the designator `99FOVEA`, with the meaning in
//! plain words. A class that is in no row gets [`ANY_LAYER`] or [`ANY_LESION`]; its name is in the segment's label.

use fovea_annotation::{ClassDef, ClassKind};

use crate::dicom::code::{ABNORMAL_STRUCTURE, ANATOMICAL_STRUCTURE, Code, PRIVATE_SCHEME, code};

/// Class name and property type.
const TYPES: [(&str, Code); 11] = [
    ("IRF", code("IRF", PRIVATE_SCHEME, "Intraretinal fluid")),
    ("SRF", code("SRF", PRIVATE_SCHEME, "Subretinal fluid")),
    (
        "PED",
        code("PED", PRIVATE_SCHEME, "Pigment epithelial detachment"),
    ),
    ("Drusen", code("DRUSEN", PRIVATE_SCHEME, "Drusen")),
    (
        "RNFL",
        code("0001793", "UBERON", "Nerve fiber layer of retina"),
    ),
    (
        "GCL-IPL",
        code(
            "GCL-IPL",
            PRIVATE_SCHEME,
            "Ganglion cell and inner plexiform layers of retina",
        ),
    ),
    (
        "INL",
        code("0001791", "UBERON", "Inner nuclear layer of retina"),
    ),
    (
        "OPL",
        code("0001790", "UBERON", "Outer plexiform layer of retina"),
    ),
    (
        "ONL",
        code("0001789", "UBERON", "Outer nuclear layer of retina"),
    ),
    (
        "IS/OS",
        code("0001787", "UBERON", "Photoreceptor layer of retina"),
    ),
    (
        "RPE",
        code("0001782", "UBERON", "Pigmented layer of retina"),
    ),
];

const ANY_LAYER: Code = code("0000966", "UBERON", "Retina");
const ANY_LESION: Code = code("52988006", "SCT", "Lesion");

/// Category and type of a class.
pub(super) fn codes_of(class: Option<&ClassDef>) -> (Code, Code) {
    let known = class.and_then(|class| {
        let row = TYPES.iter().find(|(name, _)| *name == class.name);
        row.map(|(_, code)| *code)
    });
    match class.map(|class| class.kind) {
        Some(ClassKind::Layer) => (ANATOMICAL_STRUCTURE, known.unwrap_or(ANY_LAYER)),
        Some(ClassKind::Pathology | ClassKind::Background) | None => {
            (ABNORMAL_STRUCTURE, known.unwrap_or(ANY_LESION))
        }
    }
}

#[cfg(test)]
mod tests {
    use fovea_annotation::LabelSchema;

    use super::*;

    #[test]
    fn every_class_of_the_schema_has_its_own_type() {
        let schema = LabelSchema::oct_layers();
        let types: std::collections::BTreeSet<&str> = schema.classes[1..]
            .iter()
            .map(|class| codes_of(Some(class)).1.value)
            .collect();
        assert_eq!(types.len(), schema.len() - 1);
        assert!(!types.contains(ANY_LAYER.value) && !types.contains(ANY_LESION.value));
    }
}
