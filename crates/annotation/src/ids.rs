//! Names of cases, tiles and label versions. All are content hashes, so the same thing has the same name
//! on every machine without asking a server.

use crate::ContentHash;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

macro_rules! hash_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub ContentHash);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = crate::ParseHashError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl $name {
            /// The first eight hex digits: enough for a person to tell two apart.
            pub fn short(&self) -> String {
                self.0.to_hex()[..8].to_owned()
            }
        }
    };
}

hash_id! {
    /// A case: one imported scan. The hash covers pixels and geometry, so the same content is the same case.
    CaseId
}
hash_id! {
    /// A tile: one B-scan of a case, the unit of labelling.
    TileId
}
hash_id! {
    /// One immutable version of a tile's label.
    VersionId
}

impl TileId {
    /// The tile that holds B-scan `bscan_index` (from 0) of a case.
    pub fn of(case: CaseId, bscan_index: u32) -> Self {
        Self(ContentHash::of_parts(&[
            b"fovea.tile/1",
            case.0.as_bytes(),
            &bscan_index.to_le_bytes(),
        ]))
    }
}
