//! Who builds on whom: the graph of label versions.

use std::collections::{HashMap, HashSet};

use crate::VersionId;

/// The parents of each version of a tile.
#[derive(Clone, Debug, Default)]
pub struct Lineage(HashMap<VersionId, Vec<VersionId>>);

impl Lineage {
    /// Of versions and their parents, in any order.
    pub fn of(versions: impl IntoIterator<Item = (VersionId, Vec<VersionId>)>) -> Self {
        Self(versions.into_iter().collect())
    }

    /// A version and all that it builds on.
    pub fn line(&self, head: VersionId) -> HashSet<VersionId> {
        let (mut line, mut next) = (HashSet::new(), vec![head]);
        while let Some(id) = next.pop() {
            if line.insert(id) {
                next.extend(self.0.get(&id).into_iter().flatten());
            }
        }
        line
    }

    /// The version from which two others went apart: both build on it, and so does it on all else that both build on.
    /// `None` when they have nothing in common, or went apart at several versions that do not build on each other.
    pub fn fork_of(&self, first: VersionId, second: VersionId) -> Option<VersionId> {
        let others = self.line(second);
        let common: HashSet<VersionId> = self.line(first).intersection(&others).copied().collect();
        let built_on: HashSet<&VersionId> = common
            .iter()
            .filter_map(|id| self.0.get(id))
            .flatten()
            .collect();
        let mut last = common.iter().filter(|id| !built_on.contains(id));
        match (last.next(), last.next()) {
            (Some(fork), None) => Some(*fork),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ContentHash;

    fn id(name: &str) -> VersionId {
        VersionId(ContentHash::of(name.as_bytes()))
    }

    /// "b:a" says that b builds on a.
    fn lineage(text: &str) -> Lineage {
        Lineage::of(text.split_whitespace().map(|version| {
            let (name, parents) = version.split_once(':').expect("a colon");
            (
                id(name),
                parents
                    .split(',')
                    .filter(|p| !p.is_empty())
                    .map(id)
                    .collect(),
            )
        }))
    }

    #[test]
    fn versions_go_apart_at_their_nearest_common_one() {
        let plain = "a: b:a c:b d:b e:d";
        let joined = "a: b:a c:a d:b,c e:d f:d";
        let crossed = "a: b:a c:a d:b,c e:c,b";
        for (graph, first, second, expected) in [
            (plain, "c", "e", Some("b")),
            (plain, "e", "c", Some("b")),
            (plain, "c", "b", Some("b")),
            (plain, "c", "c", Some("c")),
            (joined, "e", "f", Some("d")),
            (joined, "b", "c", Some("a")),
            (crossed, "d", "e", None),
            ("a: b:", "a", "b", None),
        ] {
            let found = lineage(graph).fork_of(id(first), id(second));
            assert_eq!(found, expected.map(id), "{graph}: {first} and {second}");
        }
    }
}
