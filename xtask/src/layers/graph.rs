//! The dependency graph, reduced to what the rules speak of.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Node, PackageId};

/// One crate of the workspace and what it stands on; dev-dependencies are left out.
#[derive(Clone, Debug)]
pub(super) struct CrateFacts {
    pub(super) name: String,
    /// Crates of the workspace that it names.
    pub(super) house: BTreeSet<String>,
    /// Third-party crates that it names.
    pub(super) named: BTreeSet<String>,
    /// Every third-party crate below it, with one way there ("a → b → c").
    pub(super) tree: BTreeMap<String, String>,
}

/// Reads the graph of the workspace in `root` as its lock file resolves it, without touching the network.
pub(super) fn read(root: &Path) -> Result<Vec<CrateFacts>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(vec!["--locked".into(), "--filter-platform".into(), host()?])
        .exec()
        .context("cargo metadata failed; does Cargo.lock fit the manifests?")?;
    let resolve = metadata
        .resolve
        .as_ref()
        .context("cargo metadata gave no dependency graph")?;
    let nodes: BTreeMap<&PackageId, &Node> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let names: BTreeMap<&PackageId, &str> = metadata
        .packages
        .iter()
        .map(|p| (&p.id, p.name.as_str()))
        .collect();
    Ok(metadata
        .workspace_members
        .iter()
        .map(|id| facts(id, &metadata, &nodes, &names))
        .collect())
}

/// The platform that cargo builds for here; crates that only another one needs are no part of the tree.
fn host() -> Result<String> {
    let version = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("rustc did not start")?;
    String::from_utf8_lossy(&version.stdout)
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_string))
        .context("rustc did not say which platform it builds for")
}

fn facts(
    id: &PackageId,
    metadata: &Metadata,
    nodes: &BTreeMap<&PackageId, &Node>,
    names: &BTreeMap<&PackageId, &str>,
) -> CrateFacts {
    let is_house = |id: &PackageId| metadata.workspace_members.contains(id);
    let mut tree = BTreeMap::new();
    let mut seen = BTreeSet::from([id]);
    let mut queue = VecDeque::from([(id, names[id].to_string())]);
    while let Some((at, path)) = queue.pop_front() {
        for below in product_dependencies(nodes[at]) {
            if !seen.insert(below) {
                continue;
            }
            let path = format!("{path} → {}", names[below]);
            if !is_house(below) {
                tree.entry(names[below].to_string())
                    .or_insert_with(|| path.clone());
            }
            queue.push_back((below, path));
        }
    }
    let direct = |house: bool| {
        product_dependencies(nodes[id])
            .filter(|below| is_house(below) == house)
            .map(|below| names[below].to_string())
            .collect()
    };
    CrateFacts {
        name: names[id].to_string(),
        house: direct(true),
        named: direct(false),
        tree,
    }
}

/// What ends up in, or builds, the product: everything but dev-dependencies.
fn product_dependencies(node: &Node) -> impl Iterator<Item = &PackageId> {
    node.deps
        .iter()
        .filter(|dep| {
            dep.dep_kinds
                .iter()
                .any(|kind| kind.kind != DependencyKind::Development)
        })
        .map(|dep| &dep.pkg)
}
