//! What the field calls the classes of our schema.

/// A class by its name in [`fovea_annotation::LabelSchema::oct_layers`] and what others call it, compared without
/// case, spaces, punctuation and a plural `s`. A name of several of our classes is in no row: a person decides.
const SYNONYMS: [(&str, &[&str]); 12] = [
    (
        "Background",
        &[
            "bg",
            "none",
            "unlabeled",
            "unlabelled",
            "vitreous",
            "vit",
            "choroid",
            "cho",
            "sclera",
            "above retina",
            "below retina",
        ],
    ),
    (
        "IRF",
        &[
            "intraretinal fluid",
            "intraretinal cyst",
            "intraretinal cystoid fluid",
            "cyst",
            "retinal cyst",
            "cystoid fluid",
            "IRC",
            "CME",
            "cystoid macular edema",
            "cystoid macular oedema",
        ],
    ),
    (
        "SRF",
        &[
            "subretinal fluid",
            "neurosensory detachment",
            "neuroepithelium detachment",
            "neurosensory retinal detachment",
            "serous retinal detachment",
            "subretinal detachment",
        ],
    ),
    (
        "PED",
        &[
            "pigment epithelial detachment",
            "pigment epithelium detachment",
            "RPE detachment",
            "retinal pigment epithelial detachment",
            "retinal pigment epithelium detachment",
            "sub-RPE fluid",
        ],
    ),
    (
        "Drusen",
        &[
            "druse",
            "retinal drusen",
            "soft drusen",
            "hard drusen",
            "drusenoid deposit",
        ],
    ),
    (
        "RNFL",
        &[
            "NFL",
            "nerve fiber layer",
            "nerve fibre layer",
            "retinal nerve fiber layer",
            "retinal nerve fibre layer",
        ],
    ),
    (
        "GCL-IPL",
        &[
            "GCL",
            "IPL",
            "GCIPL",
            "GCC without RNFL",
            "ganglion cell layer",
            "inner plexiform layer",
            "ganglion cell and inner plexiform layer",
            "ganglion cell inner plexiform layer",
        ],
    ),
    ("INL", &["inner nuclear layer"]),
    ("OPL", &["outer plexiform layer"]),
    (
        "ONL",
        &[
            "outer nuclear layer",
            "ONL-ISM",
            "HFL",
            "Henle fiber layer",
            "Henle fibre layer",
        ],
    ),
    (
        "IS/OS",
        &[
            "EZ",
            "ellipsoid zone",
            "ISE",
            "inner segment ellipsoid",
            "photoreceptor",
            "photoreceptor layer",
            "photoreceptor inner and outer segments",
            "PR",
            "PRL",
        ],
    ),
    (
        "RPE",
        &[
            "retinal pigment epithelium",
            "pigment epithelium",
            "RPE layer",
            "RPE-BM",
            "RPE/Bruch's complex",
            "OS-RPE",
        ],
    ),
];

/// Name in our schema for what another tool calls `foreign`.
pub(crate) fn class_name(foreign: &str) -> Option<&'static str> {
    let wanted = plain(foreign);
    SYNONYMS
        .iter()
        .find(|(ours, theirs)| {
            plain(ours) == wanted || theirs.iter().any(|name| plain(name) == wanted)
        })
        .map(|(ours, _)| *ours)
}

/// Letters and digits in lower case, without a plural `s`.
pub(crate) fn plain(name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match letters.strip_suffix('s') {
        // `IS/OS` and the like are no plurals.
        Some(singular) if singular.len() >= 4 => singular.to_owned(),
        _ => letters,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_synonym_means_two_classes() {
        let mut seen = std::collections::BTreeMap::new();
        for (ours, theirs) in SYNONYMS {
            for name in theirs.iter().chain([&ours]) {
                let before = seen.insert(plain(name), ours);
                assert!(before.is_none_or(|before| before == ours), "{name}");
            }
        }
    }

    #[test]
    fn rows_are_the_classes_of_the_schema() {
        let schema = fovea_annotation::LabelSchema::oct_layers();
        let names: Vec<&str> = schema
            .classes
            .iter()
            .map(|class| class.name.as_str())
            .collect();
        assert_eq!(names, SYNONYMS.map(|(ours, _)| ours));
    }
}
