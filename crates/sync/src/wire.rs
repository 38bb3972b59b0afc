//! Between what the store holds and what travels.

use fovea_annotation::TileId;
use fovea_local_store::{OutboxBody, OutboxItem, PredictionRecord, RemoteVersion};
use fovea_protocol::{
    CaseMeta, Change, ChangesPage, Op, OpBody, PredictionOffer, TileMeta, VersionOffer,
};

/// An operation as it travels. A case travels without its title, which may be a file name.
pub(crate) fn op(item: &OutboxItem) -> Op {
    let body = match &item.body {
        OutboxBody::Case { case, tiles } => OpBody::RegisterCase(CaseMeta {
            case_id: case.case_id,
            format: case.format.clone(),
            laterality: case.laterality.clone(),
            spacing_um: case.spacing_um,
            tiles: (0_u32..)
                .zip(tiles)
                .map(|(bscan_index, (size, raw))| TileMeta {
                    tile_id: TileId::of(case.case_id, bscan_index),
                    bscan_index,
                    size: *size,
                    raw: *raw,
                })
                .collect(),
        }),
        OutboxBody::Prediction(made) => OpBody::RegisterPrediction(prediction(made)),
        OutboxBody::Version(version) => OpBody::PushVersion(VersionOffer::from(version.as_ref())),
    };
    Op {
        op_id: item.op_id,
        body,
    }
}

fn prediction(made: &PredictionRecord) -> PredictionOffer {
    PredictionOffer {
        tile_id: made.tile_id,
        model_digest: made.model_digest,
        mask: made.mask,
        uncertainty: made.uncertainty,
        score: made.score.score,
        method: made.score.method.clone(),
        reason: made.score.reason.clone(),
    }
}

/// The label versions of a page of changes, in order.
pub(crate) fn remote_versions(page: &ChangesPage) -> Vec<RemoteVersion> {
    let of = |change: &Change| match change {
        Change::VersionAdded { record, .. } => Some(RemoteVersion(record.to_version())),
        Change::CaseRegistered(_)
        | Change::PredictionRegistered(_)
        | Change::LabelReviewed(_)
        | Change::LabelApproved(_)
        | Change::Unknown => None,
    };
    page.changes
        .iter()
        .filter_map(|entry| of(&entry.change))
        .collect()
}
