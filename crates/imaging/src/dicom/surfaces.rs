//! Retinal surfaces: CID 4273 (PS3.16), and which of them our boundaries are.

use dicom_object::InMemDicomObject;

use super::code::{Code, PRIVATE_SCHEME, code};
use crate::layer_lines::boundary_name;

/// A surface of CID 4273 and the name of its line. Names in [`crate::LAYER_BOUNDARIES`] come first in meaning; the
/// others are those of Heidelberg and Topcon for boundaries that our classes do not have.
pub(crate) const SURFACES: [(&str, Code); 16] = [
    (
        "ILM",
        code("280677004", "SCT", "ILM - Internal limiting membrane"),
    ),
    ("RNFL/GCL", code("128289", "DCM", "Outer surface of RNFL")),
    ("GCL/IPL", code("128290", "DCM", "Outer surface of GCL")),
    ("IPL/INL", code("128291", "DCM", "Outer surface of IPL")),
    ("INL/OPL", code("128292", "DCM", "Outer surface of INL")),
    ("OPL/ONL", code("128293", "DCM", "Outer surface of OPL")),
    ("HFL", code("128294", "DCM", "Outer surface of HFL")),
    (
        "ELM",
        code("76710003", "SCT", "ELM - External limiting membrane"),
    ),
    (
        "IS/OS",
        code(
            "128295",
            "DCM",
            "Surface between Inner and Outer Segments of the photoreceptors",
        ),
    ),
    (
        "IZ",
        code(
            "128296",
            "DCM",
            "Surface of the interdigitating zone between retina and RPE",
        ),
    ),
    (
        "OS/RPE",
        code("128297", "DCM", "Anterior surface of the RPE"),
    ),
    (
        "RPE centre",
        code("128298", "DCM", "Surface of the center of the RPE"),
    ),
    (
        "RPE-BASE",
        code("128299", "DCM", "Posterior surface of the RPE"),
    ),
    ("BM", code("128300", "DCM", "Outer surface of the BM")),
    ("CC", code("128302", "DCM", "Outer surface of the CC")),
    (
        "CSI",
        code("128301", "DCM", "Surface of the choroid-sclera interface"),
    ),
];

/// A surface that CID 4273 does not have; its name is in the segment's label.
pub(crate) const OTHER_SURFACE: Code = code(
    "SURFACE",
    PRIVATE_SCHEME,
    "Retinal surface named by the segment's label",
);

/// The code of the boundary that a device, a tool or this crate calls `name`.
pub(crate) fn surface_code(name: &str) -> Code {
    let find = |name: &str| SURFACES.iter().find(|(known, _)| *known == name);
    let row = find(name).or_else(|| find(boundary_name(name)?));
    row.map_or(OTHER_SURFACE, |(_, code)| *code)
}

/// Our name of the surface that an item of a code sequence stands for.
pub(crate) fn surface_name(item: &InMemDicomObject) -> Option<&'static str> {
    let row = SURFACES.iter().find(|(_, code)| code.is(item));
    row.map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::LAYER_BOUNDARIES;

    #[test]
    fn every_boundary_of_ours_is_a_surface_of_the_standard() {
        for boundary in LAYER_BOUNDARIES {
            let code = surface_code(boundary.name);
            assert_ne!(code, OTHER_SURFACE, "{}", boundary.name);
            assert_eq!(surface_name(&code.item()), Some(boundary.name));
        }
    }

    #[test]
    fn no_code_means_two_surfaces() {
        let codes: std::collections::BTreeSet<&str> =
            SURFACES.iter().map(|(_, code)| code.value).collect();
        assert_eq!(codes.len(), SURFACES.len());
    }
}
