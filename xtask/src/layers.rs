//! `cargo xtask layers`: who may depend on whom. The rules are data, in `xtask/layers.toml`.

mod graph;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use self::graph::CrateFacts;
use crate::report::Report;

const TEST_SUPPORT: &str = "fovea-test-support";

/// What one crate of the workspace may and may not stand on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    may_use: BTreeSet<String>,
    #[serde(default)]
    never: BTreeSet<String>,
    #[serde(default)]
    not_named: BTreeSet<String>,
}

type Rules = BTreeMap<String, Rule>;

/// Holds the workspace in `root` against its rules.
pub(crate) fn run(root: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(root.join("xtask/layers.toml"))
        .context("xtask/layers.toml is missing")?;
    let rules: Rules = toml::from_str(&text).context("xtask/layers.toml does not read")?;
    let crates = graph::read(root)?;
    let edges: usize = crates.iter().map(|c| c.house.len()).sum();
    Ok(Report {
        findings: check(&crates, &rules),
        figures: format!("layers: {} crates, {edges} edges", crates.len()),
    })
}

fn check(crates: &[CrateFacts], rules: &Rules) -> Vec<String> {
    let mut findings = Vec::new();
    for facts in crates {
        match rules.get(&facts.name) {
            None => findings.push(format!(
                "{} is not in xtask/layers.toml: say there what it may use.",
                facts.name
            )),
            Some(rule) => findings.extend(break_of(facts, rule)),
        }
    }
    let known: BTreeSet<&str> = crates.iter().map(|c| c.name.as_str()).collect();
    for name in rules.keys().filter(|name| !known.contains(name.as_str())) {
        findings.push(format!(
            "xtask/layers.toml names {name}, which is no crate of the workspace: delete the entry."
        ));
    }
    findings
}

fn break_of(facts: &CrateFacts, rule: &Rule) -> Vec<String> {
    let name = &facts.name;
    let mut findings = Vec::new();
    for used in facts.house.difference(&rule.may_use) {
        let advice = match used.as_str() {
            TEST_SUPPORT => "it belongs under [dev-dependencies].",
            _ => {
                "move the code, or argue for the edge in docs/ARCHITECTURE.md and xtask/layers.toml."
            }
        };
        findings.push(format!(
            "{name} depends on {used}, which it may not: {advice}"
        ));
    }
    for (third_party, path) in &facts.tree {
        if rule.never.contains(third_party) {
            findings.push(format!(
                "{name} may not have {third_party} in its tree; it comes by {path}."
            ));
        }
    }
    for third_party in facts.named.intersection(&rule.not_named) {
        findings.push(format!("{name} may not name {third_party} in its Cargo.toml: use the crate of the house that wraps it."));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        toml::from_str(text).expect("the test's rules read")
    }

    fn facts(name: &str, house: &[&str], tree: &[&str]) -> CrateFacts {
        CrateFacts {
            name: name.into(),
            house: house.iter().map(|s| s.to_string()).collect(),
            named: tree.iter().map(|s| s.to_string()).collect(),
            tree: tree
                .iter()
                .map(|s| (s.to_string(), format!("{name} → {s}")))
                .collect(),
        }
    }

    #[test]
    fn each_break_is_found_and_a_clean_house_passes() {
        let rules = rules(
            "[ui]\nmay_use = ['domain']\nnever = ['gtk']\nnot_named = ['wgpu']\n[domain]\nmay_use = []\nnever = ['tokio']\n",
        );
        let domain = || facts("domain", &[], &[]);
        let cases: &[(&str, CrateFacts, CrateFacts, &str)] = &[
            ("clean", facts("ui", &["domain"], &["egui"]), domain(), ""),
            (
                "upward edge",
                facts("ui", &[], &[]),
                facts("domain", &["ui"], &[]),
                "domain depends on ui",
            ),
            (
                "forbidden crate",
                facts("ui", &[], &[]),
                facts("domain", &[], &["tokio"]),
                "domain may not have tokio",
            ),
            (
                "named crate",
                facts("ui", &[], &["wgpu"]),
                domain(),
                "ui may not name wgpu",
            ),
            (
                "test support",
                facts("ui", &[TEST_SUPPORT], &[]),
                domain(),
                "[dev-dependencies]",
            ),
        ];
        for (case, ui, domain, expected) in cases {
            let findings = check(&[ui.clone(), domain.clone()], &rules);
            match expected.is_empty() {
                true => assert_eq!(findings, Vec::<String>::new(), "{case}"),
                false => assert!(
                    findings.len() == 1 && findings[0].contains(expected),
                    "{case}: {findings:?}"
                ),
            }
        }
    }

    #[test]
    fn crates_and_rules_must_match_one_to_one() {
        let findings = check(&[facts("new", &[], &[])], &rules("[gone]\nmay_use = []\n"));
        assert_eq!(findings.len(), 2);
        assert!(findings[0].starts_with("new is not in"));
        assert!(findings[1].contains("names gone"));
    }

    #[test]
    fn the_house_keeps_its_rules() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("xtask lies inside the workspace");
        let report = run(root).expect("the workspace reads");
        assert_eq!(report.findings, Vec::<String>::new());
    }
}
