//! `POST /v1/labels`: an edited mask becomes the next version.

use base64::Engine as _;
use bytes::Bytes;
use fovea_annotation::{
    ContentHash, Mask, MaskDiff, TileId, VersionId, VersionKind, mask_to_payload,
};
use fovea_geometry::SizePx;
use fovea_imaging::{Budget, decode_png_index};
use fovea_protocol::{DiffRecord, LabelCreate, LabelCreated, MaskSource, VersionOffer};

use super::draft::{Draft, record, tile};
use crate::backend::Backend;
use crate::blobs::ReceivedBlob;
use crate::busy_work;
use crate::db::{self, Account, DbError};
use crate::ops::{Applied, apply_version, checked_size, diff_of_masks, mask_missing, mask_of};
use crate::problem::Problem;

/// A first version that has to be written before the edit, because the edit builds on a prediction.
type First = (VersionOffer, MaskDiff);

/// Stores the mask as a new version and says what changed.
pub(crate) async fn create_label(
    backend: &Backend,
    by: Applied,
    ask: LabelCreate,
) -> Result<LabelCreated, Problem> {
    let tile = tile(backend, &by.account, ask.tile_id).await?;
    let Payload { blob, sha256, mask } =
        payload_of(backend, &by.account, ask.mask, tile.size).await?;
    let (parent, first) =
        parent_of(backend, &by.account, (ask.tile_id, tile.size), ask.parent).await?;
    let draft = Draft {
        tile_id: ask.tile_id,
        parents: parent.iter().collect(),
        author: by.account.name.clone(),
        payload: sha256,
        kind: VersionKind::Edit,
        comment: ask.comment,
        at_us: by.now_us,
    };
    let version = draft.seal()?;
    let before = match &parent {
        Some(parent) => Some(mask_of(backend, parent.payload, tile.size).await?),
        None => None,
    };
    let diff = diff_of_masks(before, mask).await?;
    let (label_id, number) = (version.id, version.number);
    let record = DiffRecord::from(&diff);
    let diff_preview = format!("Saved v{number}, diff: {}", diff.summary());
    let heads = backend.db.write(move |connection| {
        if let Some(blob) = blob {
            blob.write_down(connection)?;
        }
        if let Some((first, first_diff)) = first {
            apply_version(connection, &by, &first, &first_diff)?;
        }
        Ok(apply_version(connection, &by, &version, &diff)?.1)
    });
    let heads = heads.await?;
    backend.db.announce_changes();
    Ok(LabelCreated {
        label_id,
        version: number,
        diff: record,
        diff_preview,
        heads,
    })
}

/// The version to build on: the one asked for, the only head, or the prediction as version 1.
async fn parent_of(
    backend: &Backend,
    account: &Account,
    (tile_id, size): (TileId, SizePx),
    asked: Option<VersionId>,
) -> Result<(Option<VersionOffer>, Option<First>), Problem> {
    if let Some(asked) = asked {
        let parent = record(backend, account, asked).await?.version;
        return match parent.tile_id == tile_id {
            true => Ok((Some(parent), None)),
            false => Err(Problem::unprocessable(
                "parent_of_other_tile",
                "the parent of this label labels another tile",
            )),
        };
    }
    let found = backend.db.look_up(move |connection| {
        Ok((
            db::heads_of(connection, tile_id)?,
            db::latest_prediction(connection, tile_id)?,
        ))
    });
    match found.await? {
        (heads, _) if heads.len() > 1 => {
            let detail = "the tile has several heads; name the one that was edited as parent";
            Err(Problem::refused(
                axum::http::StatusCode::CONFLICT,
                "parent_needed",
                detail,
            ))
        }
        (heads, prediction) => match (heads.first(), prediction) {
            (Some(&head), _) => Ok((Some(record(backend, account, head).await?.version), None)),
            (None, Some((prediction, at_us))) => {
                let draft = Draft {
                    tile_id,
                    parents: Vec::new(),
                    author: format!("model:{}", prediction.model_digest),
                    payload: prediction.mask,
                    kind: VersionKind::Model,
                    comment: String::new(),
                    at_us,
                };
                let first = draft.seal()?;
                let mask = mask_of(backend, first.payload, size).await?;
                let diff = diff_of_masks(None, mask).await?;
                Ok((Some(first.clone()), Some((first, diff))))
            }
            (None, None) => Ok((None, None)),
        },
    }
}

/// A mask that somebody wants to be a label.
pub(super) struct Payload {
    /// What is to be written down with the label; `None` where the server holds the mask already.
    pub(super) blob: Option<ReceivedBlob>,
    pub(super) sha256: ContentHash,
    pub(super) mask: Mask,
}

/// The mask as a payload; a PNG is turned into one.
pub(super) async fn payload_of(
    backend: &Backend,
    account: &Account,
    mask: MaskSource,
    size: SizePx,
) -> Result<Payload, Problem> {
    let text = match mask {
        MaskSource::Blob(sha256) => {
            let account = account.clone();
            let may_see = backend
                .db
                .look_up(move |connection| db::may_see_blob(connection, &account, sha256));
            return match may_see.await? {
                true => Ok(Payload {
                    blob: None,
                    sha256,
                    mask: mask_of(backend, sha256, size).await?,
                }),
                false => Err(mask_missing()),
            };
        }
        MaskSource::PngBase64(text) => text,
    };
    let bytes = text.len().max(size.len());
    let converted = busy_work::by_size(bytes, move || png_to_payload(&text, size)).await;
    let (mask, payload) = converted.map_err(DbError::from)??;
    let sha256 = ContentHash::of(&payload);
    let received = backend.received(sha256, payload, account.user_id).await?;
    Ok(Payload {
        blob: Some(received),
        sha256,
        mask,
    })
}

fn png_to_payload(text: &str, size: SizePx) -> Result<(Mask, Bytes), Problem> {
    let invalid = |detail: String| Problem::unprocessable("mask_invalid", detail);
    let png = base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| invalid("the mask is not standard base64; encode the PNG again".into()))?;
    let budget = Budget {
        max_side_px: size.width.max(size.height),
        ..Budget::default()
    };
    let mask = decode_png_index(&png, &budget).map_err(|error| invalid(error.to_string()))?;
    let mask = checked_size(mask, size)?;
    let payload = mask_to_payload(&mask).map_err(|error| invalid(error.to_string()))?;
    Ok((mask, payload.into()))
}
