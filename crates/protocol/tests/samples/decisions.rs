//! Reviews, approvals, leases.

use fovea_annotation::VersionId;
use fovea_protocol::*;

use super::{NOW_US, case_id, hash, problem, record, tile_id, version};

pub(crate) fn review() -> ReviewRecord {
    ReviewRecord {
        label_id: version().id,
        tile_id: tile_id(),
        verdict: Verdict::Reject,
        comment: "the RPE is one row too low".into(),
        reviewed_by: "rita".into(),
        reviewed_at_us: NOW_US,
    }
}

pub(crate) fn approval() -> ApprovalRecord {
    ApprovalRecord {
        label_id: version().id,
        tile_id: tile_id(),
        previous: Some(VersionId(hash("v1"))),
        comment: "good".into(),
        approved_by: "rita".into(),
        approved_at_us: NOW_US,
    }
}

pub(crate) fn version_graph() -> VersionGraph {
    VersionGraph {
        tile_id: tile_id(),
        versions: vec![record()],
        heads: vec![version().id],
        approved: Some(VersionId(hash("v1"))),
        reviews: vec![review()],
        returned: vec![version().id],
    }
}

pub(crate) fn review_create() -> ReviewCreate {
    ReviewCreate {
        verdict: Verdict::Accept,
        comment: "good".into(),
    }
}

pub(crate) fn label_approve() -> LabelApprove {
    LabelApprove {
        expected_approved: Some(VersionId(hash("v1"))),
        comment: "good".into(),
    }
}

pub(crate) fn label_adjudicate() -> LabelAdjudicate {
    LabelAdjudicate {
        tile_id: tile_id(),
        parents: [version().id, VersionId(hash("other head"))],
        mask: MaskSource::Blob(hash("mask")),
        comment: "the first is right about the fluid".into(),
    }
}

pub(crate) fn label_merge() -> LabelMerge {
    LabelMerge {
        tile_id: tile_id(),
        parents: [version().id, VersionId(hash("other head"))],
        comment: "both sides".into(),
    }
}

pub(crate) fn merge_preview() -> MergePreview {
    MergePreview {
        base: Some(VersionId(hash("v1"))),
        contradicting_px: 3,
        png_base64: "iVBORw0KGgo=".into(),
    }
}

pub(crate) fn disagreements_page() -> DisagreementsPage {
    let tile = Disagreement {
        tile_id: tile_id(),
        case_id: case_id(),
        bscan_index: 0,
        heads: vec![version().id, VersionId(hash("other head"))],
        since_us: NOW_US,
    };
    DisagreementsPage {
        tiles: vec![tile],
        next: Some(1),
    }
}

pub(crate) fn leases_page() -> LeasesPage {
    let lease = LeaseRecord {
        tile_id: tile_id(),
        slot: QueueSlot::Ranked,
        lease_until_us: NOW_US + 1_800_000_000,
    };
    LeasesPage {
        leases: vec![lease],
        server_time_us: NOW_US,
    }
}

pub(crate) fn recompute() -> RecomputeRecord {
    RecomputeRecord {
        recompute_no: 1,
        state: RecomputeState::Running,
        total: 8,
        done: 4,
        changed: 2,
        unreadable: 1,
        started_by: "emil".into(),
        started_at_us: NOW_US,
        finished_at_us: None,
    }
}

pub(crate) fn meanwhile() -> ProblemBody {
    ProblemBody {
        title: "Conflict".into(),
        status: 409,
        detail: "another version was approved meanwhile; look at it and decide again".into(),
        code: "approved_meanwhile".into(),
        retryable: false,
        current: vec![version().id.to_string()],
        ..problem()
    }
}
