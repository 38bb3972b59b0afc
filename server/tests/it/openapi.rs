//! The committed description is the one that the server gives.

use fovea_imaging::Laterality;
use fovea_intake::Consent;
use serde_json::{Value, json};

#[test]
fn the_committed_description_is_current() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let current = fovea_server::openapi_json();
    if std::env::var_os("FOVEA_BLESS").is_some() {
        std::fs::write(&path, &current).expect("writes");
    }
    let committed = std::fs::read_to_string(&path).expect("docs/openapi.json is there");
    assert!(
        committed == current,
        "docs/openapi.json is out of date; run the tests of fovea-server with FOVEA_BLESS=1"
    );
}

#[test]
fn every_reference_in_it_leads_somewhere() {
    let api: serde_json::Value = serde_json::from_str(&fovea_server::openapi_json()).expect("JSON");
    let mut open = vec![&api];
    let mut references = 0;
    while let Some(value) = open.pop() {
        if let Some(reference) = value.get("$ref").and_then(|reference| reference.as_str()) {
            references += 1;
            assert!(
                api.pointer(reference.trim_start_matches('#')).is_some(),
                "{reference}"
            );
        }
        open.extend(
            value
                .as_object()
                .into_iter()
                .flat_map(|object| object.values()),
        );
        open.extend(value.as_array().into_iter().flatten());
    }
    assert!(references > 20);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let api: serde_json::Value = serde_json::from_str(&fovea_server::openapi_json()).expect("JSON");
    let paths = api["paths"].as_object().expect("paths");
    let mut names = std::collections::HashSet::new();
    for operation in paths
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
    {
        let name = operation["operationId"].as_str().expect("a name");
        assert!(names.insert(name), "{name}");
    }
    assert!(names.len() > 60);
}

/// The values that begin with `first`, each given by the one before it.
fn all<T: Copy>(first: T, after: impl Fn(T) -> Option<T>) -> Vec<T> {
    std::iter::successors(Some(first), |one| after(*one)).collect()
}

/// The firewall and the readers have these words; the description says them again for whoever writes a client.
#[test]
fn the_words_of_consent_and_side_are_those_that_are_read() {
    let api: Value = serde_json::from_str(&fovea_server::openapi_json()).expect("JSON");
    let words = |name: &str| api["components"]["schemas"][name]["enum"].clone();
    // A variant more does not compile here until it has its place.
    let consents = all(Consent::Written, |one| match one {
        Consent::Written => Some(Consent::Broad),
        Consent::Broad => Some(Consent::Waiver),
        Consent::Waiver => Some(Consent::Public),
        Consent::Public => Some(Consent::NoPerson),
        Consent::NoPerson => None,
    });
    assert_eq!(words("Consent"), json!(consents));
    let sides = all(Laterality::Right, |one| match one {
        Laterality::Right => Some(Laterality::Left),
        Laterality::Left => Some(Laterality::Unknown),
        Laterality::Unknown => None,
    });
    assert_eq!(words("Laterality"), json!(sides));
}
