//! Label versions: immutable records whose name is the hash of what they say.

use crate::{ContentHash, LabelSchema, MaskDiff, TileId, VersionId};
use serde::{Deserialize, Serialize};

/// How a version came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionKind {
    /// A model's prediction, taken as the first version.
    Model,
    /// A person's work.
    Edit,
    /// A return to the content of an earlier version: a new record with an old payload.
    Rollback,
}

/// One immutable version of a tile's label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelVersion {
    /// Hash of every other field: see [`LabelVersion::computed_id`].
    pub id: VersionId,
    /// The tile it labels.
    pub tile: TileId,
    /// Position in the tile's line of versions as its author saw it, from 1. Two authors may use the same number; the
    /// id tells them apart.
    pub number: u32,
    /// The versions it builds on: none for the first, one usually, two after an adjudication.
    pub parents: Vec<VersionId>,
    /// Who made it: an account name, or `model:<digest>`.
    pub author: String,
    /// Label schema of the class indices.
    pub schema: String,
    /// Hash of the payload (see [`crate::mask_to_payload`]).
    pub payload: ContentHash,
    /// How it came about.
    pub kind: VersionKind,
    /// What the author wrote about it; may be empty.
    pub comment: String,
    /// Clock of the author's machine, µs since 1970 UTC. Never used for order: see `hlc`.
    pub client_time_us: i64,
    /// Hybrid logical clock: at least one more than any version its author had seen.
    pub hlc: u64,
    /// What changed against the first parent, or against an empty mask when there is none.
    pub diff: MaskDiff,
}

/// A version record that does not hold together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VersionRecordError {
    /// The id is not the hash of the record.
    #[error(
        "label version {0} does not match its content; it was changed on the way and is refused"
    )]
    Id(VersionId),
    /// A comment or an author name over the limit.
    #[error("the {field} of a label version has {len} bytes and {max} are allowed; shorten it")]
    TooLong {
        /// Which field.
        field: &'static str,
        /// Its length in bytes.
        len: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// More parents than any merge has.
    #[error("a label version has {0} parents and two are the most; it is refused")]
    Parents(usize),
    /// A schema that this program does not know.
    #[error("the label schema “{0}” is not known to this program; update it")]
    Schema(String),
}

const AUTHOR_BYTES_MAX: usize = 200;
const COMMENT_BYTES_MAX: usize = 4_000;

impl LabelVersion {
    /// The id that belongs to the record: SHA-256 over its fields in a fixed order, the id and the diff left out.
    /// The diff is a function of payload and parent; the server counts it again rather than trusting it.
    pub fn computed_id(&self) -> VersionId {
        let parents: Vec<u8> = self.parents.iter().flat_map(|p| *p.0.as_bytes()).collect();
        let kind = match self.kind {
            VersionKind::Model => "model",
            VersionKind::Edit => "edit",
            VersionKind::Rollback => "rollback",
        };
        VersionId(ContentHash::of_parts(&[
            b"fovea.label-version/1",
            self.tile.0.as_bytes(),
            &self.number.to_le_bytes(),
            &parents,
            self.author.as_bytes(),
            self.schema.as_bytes(),
            self.payload.as_bytes(),
            kind.as_bytes(),
            self.comment.as_bytes(),
            &self.client_time_us.to_le_bytes(),
            &self.hlc.to_le_bytes(),
        ]))
    }

    /// The record with its id set.
    #[must_use]
    pub fn sealed(mut self) -> Self {
        self.id = self.computed_id();
        self
    }

    /// Checks that the record holds together, as whoever receives one must.
    pub fn verify(&self) -> Result<(), VersionRecordError> {
        for (field, len, max) in [
            ("author", self.author.len(), AUTHOR_BYTES_MAX),
            ("comment", self.comment.len(), COMMENT_BYTES_MAX),
        ] {
            if len > max {
                return Err(VersionRecordError::TooLong { field, len, max });
            }
        }
        if self.parents.len() > 2 {
            return Err(VersionRecordError::Parents(self.parents.len()));
        }
        if self.schema != LabelSchema::OCT_LAYERS_ID {
            return Err(VersionRecordError::Schema(self.schema.clone()));
        }
        if self.id == self.computed_id() {
            Ok(())
        } else {
            Err(VersionRecordError::Id(self.id))
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::CaseId;

    fn version() -> LabelVersion {
        LabelVersion {
            id: VersionId(ContentHash::of(b"")),
            tile: TileId::of(CaseId(ContentHash::of(b"case")), 3),
            number: 2,
            parents: vec![VersionId(ContentHash::of(b"v1"))],
            author: "ada".into(),
            schema: LabelSchema::OCT_LAYERS_ID.into(),
            payload: ContentHash::of(b"mask"),
            kind: VersionKind::Edit,
            comment: String::new(),
            client_time_us: 1_763_900_000_000_000,
            hlc: 7,
            diff: MaskDiff::default(),
        }
        .sealed()
    }

    #[test]
    fn every_field_but_the_diff_is_under_the_seal() {
        let good = version();
        assert_eq!(good.verify(), Ok(()));
        let tampered: [fn(&mut LabelVersion); 9] = [
            |v| v.tile = TileId::of(CaseId(ContentHash::of(b"case")), 4),
            |v| v.number = 3,
            |v| v.parents.clear(),
            |v| v.author.push('x'),
            |v| v.payload = ContentHash::of(b"other"),
            |v| v.kind = VersionKind::Rollback,
            |v| v.comment.push('x'),
            |v| v.client_time_us += 1,
            |v| v.hlc += 1,
        ];
        for (at, tamper) in tampered.iter().enumerate() {
            let mut bad = good.clone();
            tamper(&mut bad);
            assert_eq!(
                bad.verify(),
                Err(VersionRecordError::Id(bad.id)),
                "field {at}"
            );
        }
    }

    #[test]
    fn limits_and_unknown_schemas_are_refused() {
        let long = LabelVersion {
            comment: "x".repeat(4_001),
            ..version()
        }
        .sealed();
        assert!(matches!(
            long.verify(),
            Err(VersionRecordError::TooLong {
                field: "comment",
                ..
            })
        ));
        let foreign = LabelVersion {
            schema: "other/1".into(),
            ..version()
        }
        .sealed();
        assert!(matches!(
            foreign.verify(),
            Err(VersionRecordError::Schema(_))
        ));
    }
}
