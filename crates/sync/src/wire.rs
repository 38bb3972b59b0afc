//! Between what the store holds and what travels.

use fovea_annotation::TileId;
use fovea_local_store::{
    OutboxBody, OutboxItem, PredictionRecord, RemoteApproval, RemoteChanges, RemoteReview,
    RemoteVersion,
};
use fovea_protocol::{
    ApprovalRecord, CaseMeta, Change, ChangesPage, Op, OpBody, PredictionOffer, ReviewRecord,
    TileMeta, Verdict, VersionOffer,
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

/// What a page of changes holds for the store, in order.
pub(crate) fn remote_changes(page: &ChangesPage) -> RemoteChanges {
    let mut changes = RemoteChanges::default();
    for entry in &page.changes {
        match &entry.change {
            Change::VersionAdded { record, .. } => {
                changes.versions.push(RemoteVersion(record.to_version()));
            }
            Change::LabelReviewed(record) => changes.reviews.push(review(record)),
            Change::LabelApproved(record) => changes.approvals.push(approval(record)),
            Change::CaseRegistered(_) | Change::PredictionRegistered(_) | Change::Unknown => {}
        }
    }
    changes
}

fn approval(record: &ApprovalRecord) -> RemoteApproval {
    RemoteApproval {
        tile_id: record.tile_id,
        version_id: record.label_id,
        comment: record.comment.clone(),
        approver: record.approved_by.clone(),
        approved_at_us: record.approved_at_us,
    }
}

fn review(record: &ReviewRecord) -> RemoteReview {
    RemoteReview {
        version_id: record.label_id,
        is_accepted: record.verdict == Verdict::Accept,
        comment: record.comment.clone(),
        reviewer: record.reviewed_by.clone(),
        reviewed_at_us: record.reviewed_at_us,
    }
}
