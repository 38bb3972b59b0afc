//! One value of each wire type, with every field set.

mod accounts;
mod decisions;
mod runs;
mod status;

pub(crate) use accounts::{
    case_access, login_response, me, oidc_device, oidc_started, token_created, tokens_page,
    user_change, user_create, users_page,
};
pub(crate) use decisions::{
    disagreements_page, label_adjudicate, label_approve, label_merge, leases_page, meanwhile,
    merge_preview, recompute, review_create, version_graph,
};
pub(crate) use runs::{run_accepted, run_create, run_event, runs_page};
pub(crate) use status::server_status;

use fovea_annotation::{
    CaseId, ContentHash, LabelSchema, LabelVersion, MaskDiff, TileId, VersionId, VersionKind,
};
use fovea_geometry::{SizePx, SpacingUm};
use fovea_protocol::*;
use uuid::Uuid;

const NOW_US: i64 = 1_763_900_000_000_000;

fn hash(name: &str) -> ContentHash {
    ContentHash::of(name.as_bytes())
}

fn case_id() -> CaseId {
    CaseId(hash("case"))
}

fn tile_id() -> TileId {
    TileId::of(case_id(), 0)
}

fn diff() -> MaskDiff {
    MaskDiff {
        added: vec![(7, 12)],
        removed: vec![(5, 2), (7, 3)],
        relabelled: vec![(5, 6, 4)],
    }
}

pub(crate) fn version() -> LabelVersion {
    LabelVersion {
        id: VersionId(hash("unsealed")),
        tile: tile_id(),
        number: 2,
        parents: vec![VersionId(hash("v1"))],
        author: "ada".into(),
        schema: LabelSchema::OCT_LAYERS_ID.into(),
        payload: hash("mask"),
        kind: VersionKind::Edit,
        comment: "RPE under the drusen".into(),
        client_time_us: NOW_US,
        hlc: 7,
        diff: diff(),
    }
    .sealed()
}

fn case_meta() -> CaseMeta {
    let raw = hash("raw");
    CaseMeta {
        case_id: case_id(),
        format: "heidelberg-vol".into(),
        laterality: "right".into(),
        spacing_um: SpacingUm::new(11.5, 3.87, 120.0),
        tiles: vec![TileMeta {
            tile_id: tile_id(),
            bscan_index: 0,
            size: SizePx::new(512, 496),
            raw,
        }],
    }
}

fn prediction() -> PredictionOffer {
    PredictionOffer {
        tile_id: tile_id(),
        model_digest: hash("model"),
        mask: hash("predicted mask"),
        uncertainty: hash("uncertainty"),
        score: 0.5,
        method: "entropy-top5-retina/1".into(),
        reason: "entropy p95 0.61, 3 blobs".into(),
    }
}

fn record() -> LabelRecord {
    let version = version();
    LabelRecord {
        diff: DiffRecord::from(&version.diff),
        version: VersionOffer::from(&version),
        pushed_by: "ada".into(),
        accepted_at_us: NOW_US,
    }
}

pub(crate) fn hello() -> Hello {
    Hello {
        server_id: Uuid::from_u128(1),
        incarnation: Uuid::from_u128(2),
        protocol_versions: vec![PROTOCOL_VERSION],
        server_version: "0.1.0".into(),
        user: "ada".into(),
        role: "labeler".into(),
        may_review_own: false,
        cursor: 42,
        limits: Limits::V1,
        server_time_us: NOW_US,
    }
}

pub(crate) fn have_request() -> HaveRequest {
    HaveRequest {
        blobs: vec![hash("raw"), hash("mask")],
    }
}

pub(crate) fn have_response() -> HaveResponse {
    HaveResponse {
        missing: vec![hash("mask")],
    }
}

pub(crate) fn push_request() -> PushRequest {
    let bodies = [
        OpBody::RegisterCase(case_meta()),
        OpBody::RegisterPrediction(prediction()),
        OpBody::PushVersion(VersionOffer::from(&version())),
    ];
    let ops = bodies.into_iter().zip(10..).map(|(body, id)| Op {
        op_id: Uuid::from_u128(id),
        body,
    });
    PushRequest { ops: ops.collect() }
}

pub(crate) fn push_response() -> PushResponse {
    let outcomes = [
        OpOutcome::Accepted,
        OpOutcome::Duplicate,
        OpOutcome::Forked {
            heads: vec![version().id, VersionId(hash("other head"))],
        },
        OpOutcome::Rejected {
            code: "blob_missing".into(),
            detail: "the mask is not on the server; send the blob first".into(),
            retryable: true,
        },
    ];
    let results = outcomes.into_iter().zip(10..);
    PushResponse {
        results: results
            .map(|(outcome, id)| OpResult {
                op_id: Uuid::from_u128(id),
                outcome,
            })
            .collect(),
    }
}

pub(crate) fn changes_page() -> ChangesPage {
    let changes = [
        Change::CaseRegistered(case_meta()),
        Change::PredictionRegistered(prediction()),
        Change::VersionAdded {
            record: record(),
            heads: vec![version().id],
        },
        Change::LabelReviewed(decisions::review()),
        Change::LabelApproved(decisions::approval()),
    ];
    let entries = changes
        .into_iter()
        .zip(1..)
        .map(|(change, seq)| ChangeEntry {
            seq,
            at_us: NOW_US,
            change,
        });
    ChangesPage {
        incarnation: Uuid::from_u128(2),
        changes: entries.collect(),
        cursor: 5,
        more: false,
    }
}

pub(crate) fn queue_page() -> QueuePage {
    let item = QueueItem {
        tile_id: tile_id(),
        case_id: case_id(),
        bscan_index: 0,
        score: 0.5,
        method: "entropy-top5-retina/1".into(),
        reason: "entropy p95 0.61, 3 blobs".into(),
        model_digest: hash("model"),
        slot: QueueSlot::Ranked,
        lease_until_us: NOW_US + 1_800_000_000,
    };
    let random = QueueItem {
        slot: QueueSlot::Random,
        score: 0.25,
        ..item.clone()
    };
    QueuePage {
        tiles: vec![item, random],
        uncertainty_threshold: 0.25,
        server_time_us: NOW_US,
    }
}

pub(crate) fn tile_view() -> TileView {
    let blob = |name: &str, media_type: &str| BlobRef {
        sha256: hash(name),
        href: format!("/v1/blobs/{}", hash(name)),
        media_type: media_type.into(),
    };
    TileView {
        tile_id: tile_id(),
        case_id: case_id(),
        bscan_index: 0,
        size: SizePx::new(512, 496),
        spacing_um: SpacingUm::new(11.5, 3.87, 120.0),
        raw_img: blob("raw", "image/png"),
        mask_img: Some(blob("mask", "application/vnd.fovea.mask")),
        uncertainty_map: Some(blob("uncertainty", "image/png")),
        prediction: Some(prediction()),
        heads: vec![record()],
    }
}

pub(crate) fn label_create() -> LabelCreate {
    LabelCreate {
        tile_id: tile_id(),
        parent: Some(VersionId(hash("v1"))),
        mask: MaskSource::Blob(hash("mask")),
        comment: "RPE under the drusen".into(),
    }
}

pub(crate) fn label_created() -> LabelCreated {
    LabelCreated {
        label_id: version().id,
        version: 2,
        diff: DiffRecord::from(&diff()),
        diff_preview: "Saved v2, diff: +12px -5px".into(),
        heads: vec![version().id],
    }
}

pub(crate) fn label_rollback() -> LabelRollback {
    LabelRollback {
        label_id: version().id,
        target_version: 1,
        comment: String::new(),
    }
}

pub(crate) fn audit_page() -> AuditPage {
    let entry = AuditEntry {
        seq: 1,
        at_us: NOW_US,
        actor: "ada".into(),
        action: "LABEL_EDIT".into(),
        subject: version().id.to_string(),
        detail: serde_json::json!({ "number": 2 }),
        previous: hash("genesis"),
        hash: hash("line"),
    };
    AuditPage {
        entries: vec![entry],
        next: Some(1),
    }
}

pub(crate) fn audit_head() -> AuditHead {
    AuditHead {
        server_id: Uuid::from_u128(1),
        seq: 1,
        hash: hash("line"),
        signature: "5a".repeat(64),
        public_key: "c3".repeat(32),
    }
}

pub(crate) fn audit_verification() -> AuditVerification {
    AuditVerification {
        lines: 2,
        heads: 3,
        faults: vec!["line 2 is missing".into()],
    }
}

pub(crate) fn problem() -> ProblemBody {
    ProblemBody {
        kind: "about:blank".into(),
        title: "Unprocessable Content".into(),
        status: 422,
        detail: "the bytes sent have another SHA-256 than the address says; send them again".into(),
        code: "blob_hash_mismatch".into(),
        retryable: true,
        request_id: "0198c0de".into(),
        current: Vec::new(),
    }
}
