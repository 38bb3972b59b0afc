//! A new version built on one that the server holds.

use fovea_annotation::{
    ContentHash, LabelSchema, LabelVersion, MaskDiff, TileId, VersionId, VersionKind,
};
use fovea_protocol::{LabelRecord, VersionOffer};

use crate::backend::Backend;
use crate::db::{self, Account, Connection, TileRow};
use crate::problem::Problem;

/// What differs between an edit, a rollback, an adjudication and a first version.
pub(super) struct Draft<'a> {
    pub(super) tile_id: TileId,
    pub(super) parents: Vec<&'a VersionOffer>,
    pub(super) author: String,
    pub(super) payload: ContentHash,
    pub(super) kind: VersionKind,
    pub(super) comment: String,
    pub(super) at_us: i64,
}

impl Draft<'_> {
    /// The sealed version; refused when a field is over its limit.
    pub(super) fn seal(self) -> Result<VersionOffer, Problem> {
        let version = LabelVersion {
            id: VersionId(self.payload),
            tile: self.tile_id,
            number: highest(&self.parents, |parent| parent.number).saturating_add(1),
            parents: self.parents.iter().map(|parent| parent.id).collect(),
            author: self.author,
            schema: LabelSchema::OCT_LAYERS_ID.into(),
            payload: self.payload,
            kind: self.kind,
            comment: self.comment,
            client_time_us: self.at_us,
            hlc: highest(&self.parents, |parent| parent.hlc).saturating_add(1),
            diff: MaskDiff::default(),
        }
        .sealed();
        version
            .verify()
            .map_err(|error| Problem::unprocessable("version_invalid", error.to_string()))?;
        Ok(VersionOffer::from(&version))
    }
}

/// The highest figure among the parents; the lowest there is without any.
fn highest<T: Ord + Default>(parents: &[&VersionOffer], of: impl Fn(&VersionOffer) -> T) -> T {
    let figures = parents.iter().map(|parent| of(parent));
    figures.max().unwrap_or_default()
}

/// The tile, or 404; so for one whose case the account may not see.
pub(super) async fn tile(
    backend: &Backend,
    account: &Account,
    tile_id: TileId,
) -> Result<TileRow, Problem> {
    let account = account.clone();
    let read = move |connection: &Connection| match db::may_see_tile(connection, &account, tile_id)?
    {
        true => db::tile_row(connection, tile_id),
        false => Ok(None),
    };
    backend.db.look_up(read).await?.ok_or_else(|| {
        Problem::not_found(
            "tile_unknown",
            "the server does not know this tile; register its case first",
        )
    })
}

/// The version, or 404; so for one whose case the account may not see.
pub(super) async fn record(
    backend: &Backend,
    account: &Account,
    version_id: VersionId,
) -> Result<LabelRecord, Problem> {
    let account = account.clone();
    let read = move |connection: &Connection| {
        let Some(record) = db::record_of(connection, version_id)? else {
            return Ok(None);
        };
        let may_see = db::may_see_tile(connection, &account, record.version.tile_id)?;
        Ok(Some(record).filter(|_| may_see))
    };
    backend.db.look_up(read).await?.ok_or_else(|| {
        Problem::not_found(
            "label_unknown",
            "the server does not hold this label version",
        )
    })
}
