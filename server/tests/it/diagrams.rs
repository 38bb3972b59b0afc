//! The two flows that the product was designed from, arrow by arrow, on real processes, one of each kind killed on the way:
//! upload a volume and run the pipeline; review and edit a mask with the queue, save it, roll it back.

use std::path::Path;

use base64::Engine as _;
use fovea_annotation::{ContentHash, Mask, mask_from_payload};
use fovea_geometry::SizePx;
use fovea_imaging::encode_png_index;
use fovea_phantom::{PhantomParams, generate, heidelberg_vol};
use fovea_protocol::{
    AuditPage, CaseRecord, CaseTaken, LabelCreate, LabelCreated, LabelKind, LabelRollback,
    LabelRolledBack, MaskSource, PipelineConfig, QueuePage, RunAccepted, RunCreate, RunRecord,
    RunState, StepState, TileView, VersionGraph,
};
use fovea_server::Role;
use reqwest::Method;

use crate::client::Client;
use crate::home;
use crate::intake::{DECLARED, post};
use crate::process::Process;
use crate::run_client::{log, run, succeeded, until};

/// Short leases, so that a lost worker is missed soon.
const SHORT_LEASES: &str = "\n[orchestrator]\nlease_ms = 600\nsweep_ms = 50\npoll_ms = 20\nbackoff_first_ms = 20\nbackoff_max_ms = 100\n";

/// Enough work that a worker can be killed in the middle of it.
fn volume() -> Vec<u8> {
    let params = PhantomParams::sample()
        .with_size(SizePx::new(256, 192))
        .with_bscans(16);
    heidelberg_vol(&generate(11, &params).volume)
}

/// The processes of one site.
struct Processes {
    /// Those that answer requests, with their addresses.
    serving: Vec<(Process, String)>,
    workers: Vec<Process>,
}

impl Processes {
    fn start(data: &Path) -> Self {
        let serving = match home::IS_SHARED {
            true => vec![serving("api", data), serving("api", data)],
            false => vec![serving("serve", data)],
        };
        let worker = || Process::spawn("worker", data, None, None);
        let workers = match home::IS_SHARED {
            true => (0..3).map(|_| worker()).collect(),
            false => Vec::new(),
        };
        Self { serving, workers }
    }

    /// Kills a process that answers, and a worker where there are any. What is left goes on, and a new one joins it.
    fn kill_one_of_each(&mut self, data: &Path) {
        self.serving.remove(0).0.kill();
        if home::IS_SHARED {
            self.workers.remove(0).kill();
            self.serving.push(serving("api", data));
        } else {
            self.serving.push(serving("serve", data));
        }
    }

    fn client(&self, token: &str) -> Client {
        Client::new(&self.serving[0].1, Some(token.to_owned()))
    }
}

fn serving(command: &str, data: &Path) -> (Process, String) {
    let mut process = Process::serving(command, data);
    let url = process.url();
    (process, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_scan_to_a_label_that_went_back() {
    let folder = home::data_folder();
    let data = folder.path();
    let settings = data.join("server.toml");
    let before = std::fs::read_to_string(&settings).unwrap_or_default();
    std::fs::write(&settings, before + SHORT_LEASES).expect("writes");
    let account = |name, role| fovea_server::create_user(data, name, role, None).expect("made");
    let (rosa, ada) = (
        account("rosa", Role::Researcher),
        account("ada", Role::Labeler),
    );
    let olga = account("olga", Role::Auditor);
    let mut processes = Processes::start(data);

    let taken = upload(&processes.client(&rosa)).await;
    let record = run_pipeline(&mut processes, data, &rosa, &taken).await;
    let edited = review_and_edit(&processes.client(&ada), &taken, &record).await;
    processes.kill_one_of_each(data);
    roll_back(&processes.client(&ada), &edited).await;
    the_log_tells_it(&processes.client(&olga)).await;

    drop(processes);
    let audit = fovea_server::verify_audit(data).expect("reads");
    assert_eq!(audit.faults, []);
    let scrubbed = fovea_server::scrub(data).await.expect("reads");
    assert!(scrubbed.damaged.is_empty() && scrubbed.blobs > 16);
}

/// POST /cases → 201 {case_id}; the same scan again is the same case.
async fn upload(client: &Client) -> CaseTaken {
    let file = volume();
    let response = post(client, &file, &DECLARED).await;
    assert_eq!(response.status(), 201);
    let taken: CaseTaken = response.json().await.expect("a case");
    let again = post(client, &file, &DECLARED).await;
    assert_eq!(again.status(), 200);
    let again: CaseTaken = again.json().await.expect("a case");
    assert_eq!(again.case_id, taken.case_id);
    taken
}

/// POST /runs → 202 {run_id}; GET /runs/{id} until it succeeded, while processes die; its artifacts and its manifest.
async fn run_pipeline(
    processes: &mut Processes,
    data: &Path,
    token: &str,
    taken: &CaseTaken,
) -> RunRecord {
    let client = processes.client(token);
    let wish = RunCreate {
        case_id: taken.case_id,
        pipeline_config: PipelineConfig::default(),
    };
    orchestrator_is_alive(&client).await;
    let accepted: RunAccepted = client.post_ok("/v1/runs", &wish, 202).await;
    let again: RunAccepted = client.post_ok("/v1/runs", &wish, 200).await;
    assert_eq!(again.run_id, accepted.run_id, "an identical wish");
    let begun = |state| matches!(state, RunState::Queued | RunState::Running);
    assert!(begun(run(&client, accepted.run_id).await.state));
    until(&client, accepted.run_id, |event| {
        let segment = &event.steps[1];
        segment.state == StepState::Running && segment.progress_done > 0
    })
    .await;
    processes.kill_one_of_each(data);

    let client = processes.client(token);
    let record = succeeded(&client, accepted.run_id).await;
    let manifest: serde_json::Value = client
        .get(&format!("/v1/runs/{}/manifest", accepted.run_id))
        .await;
    for field in [
        "input_checksum",
        "pipeline_config",
        "model_digest",
        "code_ref",
        "seed",
    ] {
        assert!(manifest.get(field).is_some(), "{field} in {manifest}");
    }
    assert!(!log(&client, accepted.run_id).await.is_empty());
    assert!(!record.artifacts.is_empty());
    for artifact in &record.artifacts {
        let bytes = fetch(&client, &artifact.href).await;
        assert_eq!(
            ContentHash::of(&bytes),
            artifact.sha256,
            "{}",
            artifact.name
        );
    }
    record
}

/// The server says 503 until somebody looks after runs.
async fn orchestrator_is_alive(client: &Client) {
    loop {
        let ready: serde_json::Value = client.get("/readyz").await;
        if ready["orchestrator"]["is_alive"] == true {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// GET queue → GET tile → POST /labels → 201 "Saved v2, diff: …".
async fn review_and_edit(client: &Client, taken: &CaseTaken, run: &RunRecord) -> LabelCreated {
    let queue: QueuePage = client
        .get("/v1/active-learning/queue?uncertainty_threshold=0")
        .await;
    let first = queue.tiles.first().expect("the run filled the queue");
    assert_eq!(first.case_id, taken.case_id);
    assert_eq!(first.model_digest, run.manifest.model_digest);
    assert!(queue.tiles.iter().all(|tile| tile.score > 0.0));
    let case: CaseRecord = client.get(&format!("/v1/cases/{}", taken.case_id)).await;
    let size = case.tiles[first.bscan_index as usize].size;

    let view: TileView = client.get(&format!("/v1/tiles/{}", first.tile_id)).await;
    let raw = fetch(client, &view.raw_img.href).await;
    assert!(raw.starts_with(b"\x89PNG"));
    let predicted = fetch(client, &view.mask_img.expect("a mask").href).await;
    let predicted = mask_from_payload(&predicted).expect("a mask");
    assert_eq!(predicted.size(), size);
    fetch(client, &view.uncertainty_map.expect("a map").href).await;

    let png = encode_png_index(&with_a_spot(&predicted)).expect("encodes");
    let ask = LabelCreate {
        tile_id: first.tile_id,
        parent: None,
        mask: MaskSource::PngBase64(base64::engine::general_purpose::STANDARD.encode(png)),
        comment: "a spot".into(),
    };
    let saved: LabelCreated = client.post_ok("/v1/labels", &ask, 201).await;
    assert_eq!(saved.version, 2);
    assert!(saved.diff_preview.starts_with("Saved v2, diff: "));
    let graph: VersionGraph = client
        .get(&format!("/v1/tiles/{}/versions", first.tile_id))
        .await;
    let kinds: Vec<_> = graph.versions.iter().map(|r| r.version.kind).collect();
    assert_eq!(kinds, [LabelKind::Model, LabelKind::Edit]);
    saved
}

/// A mask that surely differs: the first row becomes drusen, or background where it was that.
fn with_a_spot(mask: &Mask) -> Mask {
    let size = mask.size();
    let mut classes = mask.classes().to_vec();
    for class in &mut classes[..size.width as usize] {
        *class = if *class == 4 { 0 } else { 4 };
    }
    Mask::new(size, classes).expect("the same size")
}

/// POST /labels/rollback → 200 {restored_label_id}, a new record with the old content.
async fn roll_back(client: &Client, edited: &LabelCreated) {
    let ask = LabelRollback {
        label_id: edited.label_id,
        target_version: 1,
        comment: String::new(),
    };
    let restored: LabelRolledBack = client.post_ok("/v1/labels/rollback", &ask, 200).await;
    assert_eq!(restored.version, 3);
    assert_eq!(restored.heads, [restored.restored_label_id]);
}

async fn the_log_tells_it(client: &Client) {
    let mut told = Vec::new();
    let mut after = 0;
    loop {
        let page: AuditPage = client.get(&format!("/v1/audit?after={after}")).await;
        let Some(last) = page.entries.last() else {
            break;
        };
        after = last.seq;
        told.extend(page.entries.into_iter().map(|entry| entry.action));
    }
    for action in ["CASE_INTAKE", "RUN_CREATE", "LABEL_EDIT", "ROLLBACK"] {
        assert!(told.iter().any(|told| told == action), "{action}: {told:?}");
    }
}

async fn fetch(client: &Client, href: &str) -> Vec<u8> {
    let response = client.send(Method::GET, href).await;
    assert_eq!(response.status(), 200, "{href}");
    response.bytes().await.expect("bytes").to_vec()
}
