//! Runs.

use fovea_protocol::*;
use uuid::Uuid;

use super::{NOW_US, case_id, hash};

const RUN_ID: Uuid = Uuid::from_u128(3);

fn config() -> PipelineConfig {
    PipelineConfig {
        model_digest: Some(hash("model")),
        seed: 7,
    }
}

pub(crate) fn run_create() -> RunCreate {
    RunCreate {
        case_id: case_id(),
        pipeline_config: config(),
    }
}

pub(crate) fn run_accepted() -> RunAccepted {
    RunAccepted { run_id: RUN_ID }
}

fn steps() -> Vec<RunStep> {
    let done = RunStep {
        step: StepKind::Preproc,
        state: StepState::Succeeded,
        attempt: 1,
        attempts_max: 4,
        progress_done: 49,
        progress_of: 49,
        next_at_us: None,
        started_at_us: Some(NOW_US),
        finished_at_us: Some(NOW_US + 1),
    };
    let failed = RunStep {
        step: StepKind::Segment,
        state: StepState::Failed,
        attempt: 4,
        progress_done: 12,
        ..done.clone()
    };
    let waiting = RunStep {
        step: StepKind::Metrics,
        state: StepState::Waiting,
        attempt: 0,
        progress_done: 0,
        progress_of: 0,
        next_at_us: Some(NOW_US + 2),
        started_at_us: None,
        finished_at_us: None,
        ..done.clone()
    };
    vec![done, failed, waiting]
}

fn error() -> RunError {
    RunError {
        code: "worker_lost".into(),
        detail: "every attempt ended with its worker; see the log of the run".into(),
        step: StepKind::Segment,
    }
}

fn record() -> RunRecord {
    let manifest = RunManifest {
        input_checksum: hash("input"),
        pipeline_config: config(),
        model_digest: hash("model"),
        code_ref: "0.1.0+0123456789ab".into(),
        seed: 7,
    };
    RunRecord {
        run_id: RUN_ID,
        case_id: case_id(),
        state: RunState::Failed,
        manifest_sha256: manifest.sha256(),
        manifest,
        steps: steps(),
        artifacts: vec![RunArtifact {
            name: "tiles.json".into(),
            kind: "tiles".into(),
            step: StepKind::Preproc,
            media_type: "application/json".into(),
            sha256: hash("tiles"),
            bytes: 1_234,
            href: format!("/v1/blobs/{}", hash("tiles")),
        }],
        error: Some(error()),
        created_at_us: NOW_US,
        deadline_at_us: NOW_US + 3_600_000_000,
        updated_at_us: NOW_US + 3,
    }
}

pub(crate) fn runs_page() -> RunsPage {
    RunsPage {
        runs: vec![record()],
        next: Some(9),
    }
}

pub(crate) fn run_event() -> RunEvent {
    let record = record();
    RunEvent {
        run_id: record.run_id,
        state: record.state,
        steps: record.steps,
        error: record.error,
        updated_at_us: record.updated_at_us,
    }
}
