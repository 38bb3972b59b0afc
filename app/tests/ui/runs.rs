//! The page about runs: what it shows while the server answers, and when it does not.

use std::path::PathBuf;

use egui_kittest::kittest::Queryable as _;
use fovea_annotation::{CaseId, ContentHash};
use fovea_app::FileDialog;
use fovea_editor::{Command, Dialog, Effect, Event, RunPart, RunsCommand, ServerPage};
use fovea_protocol::{
    PipelineConfig, RunArtifact, RunCreate, RunError, RunEvent, RunManifest, RunRecord, RunState,
    RunStep, RunsPage, StepKind, StepState,
};
use uuid::Uuid;

use crate::stage::Stage;
use crate::store::Store;

/// 23 Nov 2026, 16:05 UTC.
const NOW_US: i64 = 1_795_449_900_000_000;

fn hash(seed: u128) -> ContentHash {
    ContentHash::of(&seed.to_le_bytes())
}

fn step(kind: StepKind, state: StepState, done: u32, attempt: u32) -> RunStep {
    RunStep {
        step: kind,
        state,
        attempt,
        attempts_max: 4,
        progress_done: done,
        progress_of: if attempt > 0 { 25 } else { 0 },
        next_at_us: None,
        started_at_us: (attempt > 0).then_some(NOW_US),
        finished_at_us: state.is_final().then_some(NOW_US + 60_000_000),
    }
}

fn steps(state: RunState) -> Vec<RunStep> {
    use StepKind::{Metrics, Preproc, Segment};
    use StepState as S;
    match state {
        RunState::Queued => vec![
            step(Preproc, S::Queued, 0, 0),
            step(Segment, S::Waiting, 0, 0),
            step(Metrics, S::Waiting, 0, 0),
        ],
        RunState::Running => vec![
            step(Preproc, S::Succeeded, 25, 1),
            step(Segment, S::Running, 12, 2),
            step(Metrics, S::Waiting, 0, 0),
        ],
        RunState::Failed => vec![
            step(Preproc, S::Succeeded, 25, 1),
            step(Segment, S::Failed, 3, 4),
            step(Metrics, S::Cancelled, 0, 0),
        ],
        _ => vec![
            step(Preproc, S::Succeeded, 25, 1),
            step(Segment, S::Succeeded, 25, 1),
            step(Metrics, S::Succeeded, 25, 1),
        ],
    }
}

fn artifact(name: &str, kind: &str, bytes: u64) -> RunArtifact {
    let sha256 = ContentHash::of(name.as_bytes());
    RunArtifact {
        name: name.to_owned(),
        kind: kind.to_owned(),
        step: StepKind::Metrics,
        media_type: "application/json".to_owned(),
        sha256,
        bytes,
        href: format!("/v1/blobs/{sha256}"),
    }
}

fn run(number: u128, case: CaseId, state: RunState) -> RunRecord {
    let manifest = RunManifest {
        input_checksum: hash(number),
        pipeline_config: PipelineConfig {
            model_digest: Some(hash(91)),
            seed: 0,
        },
        model_digest: hash(91),
        code_ref: "0.1.0".to_owned(),
        seed: 0,
    };
    RunRecord {
        run_id: Uuid::from_u128(0x0b6f_2c0e_6f43_4a3e_9a52_0e0f_6a3c_9d00 + number),
        case_id: case,
        state,
        manifest_sha256: manifest.sha256(),
        manifest,
        steps: steps(state),
        artifacts: match state {
            RunState::Succeeded => vec![
                artifact("metrics.csv", "metrics", 1_840),
                artifact("metrics.json", "metrics", 18_320),
                artifact("segmentation.json", "segmentation", 9_114),
                artifact("tiles.json", "tiles", 6_020),
            ],
            _ => Vec::new(),
        },
        error: (state == RunState::Failed).then(|| RunError {
            code: "worker_lost".to_owned(),
            detail: "The worker fell silent four times at the step segment; look at its log, then try again."
                .to_owned(),
            step: StepKind::Segment,
        }),
        created_at_us: NOW_US - 3_600_000_000 * number as i64,
        deadline_at_us: NOW_US + 3_600_000_000,
        updated_at_us: NOW_US,
    }
}

/// Five runs; the first is over the open case, the last over a case that is not here.
fn page(stage: &Stage) -> RunsPage {
    let cases: Vec<CaseId> = stage
        .state()
        .cases
        .iter()
        .flatten()
        .map(|case| case.id)
        .collect();
    let elsewhere = CaseId(hash(5));
    let runs = [
        (cases[0], RunState::Running),
        (cases[1], RunState::Queued),
        (cases[0], RunState::Succeeded),
        (cases[2], RunState::Failed),
        (elsewhere, RunState::Cancelled),
    ];
    RunsPage {
        runs: (0..)
            .zip(runs)
            .map(|(number, (case, state))| run(number, case, state))
            .collect(),
        next: Some(12),
    }
}

fn stage() -> Stage {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    stage
}

/// The page with its list, and the run at `place` chosen.
fn chosen(place: usize) -> (Stage, RunRecord) {
    let mut stage = stage();
    let page = page(&stage);
    let run = page.runs[place].clone();
    stage.report(Event::RunsListed(page));
    stage.send(Command::Runs(RunsCommand::Choose(run.run_id)));
    (stage, run)
}

#[test]
fn runs_loading_then_away_then_none() {
    let mut stage = stage();
    assert_eq!(stage.last_asked(), Some(Effect::ShowRuns { case: None }));
    stage.harness.get_by_label("Asking the server…");
    let sentence = "The server does not answer (connection refused); try again when it is back.";
    stage.report(Event::RunsAway {
        sentence: sentence.to_owned(),
    });
    stage.snapshot("runs_away");
    stage.report(Event::RunsListed(RunsPage {
        runs: Vec::new(),
        next: None,
    }));
    stage.harness.get_by_label("No runs yet");
    stage.press("Close");
    assert_eq!(stage.last_asked(), Some(Effect::HideRuns));
}

#[test]
fn run_steps() {
    chosen(0).0.snapshot("run_steps");
}

#[test]
fn run_failed() {
    chosen(3).0.snapshot("run_failed");
}

#[test]
fn run_log() {
    let (mut stage, run) = chosen(0);
    stage.press("Log");
    assert_eq!(stage.last_asked(), Some(Effect::LoadRunLog(run.run_id)));
    let text = "2026-11-25T22:31:04.118Z queued\n2026-11-25T22:31:04.391Z preproc #1 attempt 1 of 4 begins\n\
                2026-11-25T22:31:04.805Z preproc #1 done\n2026-11-25T22:31:04.829Z segment #1 attempt 1 of 4 begins\n\
                2026-11-25T22:31:35.102Z segment #1 the worker fell silent\n\
                2026-11-25T22:31:35.102Z segment #1 tried again in 1423 ms";
    stage.report(Event::RunLogged {
        run: run.run_id,
        text: text.to_owned(),
    });
    stage.snapshot("run_log");
}

#[test]
fn run_artifacts() {
    let (mut stage, run) = chosen(2);
    stage.press("Artifacts");
    stage.snapshot("run_artifacts");
    stage.shell().answer = vec!["/media/study/metrics.json".into()];
    stage.press("Save metrics.json…");
    let name = "metrics.json".to_owned();
    assert_eq!(stage.shell().dialogs, [FileDialog::SaveFile { name }]);
    let expected = Effect::SaveArtifact(
        Box::new(run.artifacts[1].clone()),
        PathBuf::from("/media/study/metrics.json"),
    );
    assert_eq!(stage.last_asked(), Some(expected));
}

#[test]
fn run_manifest_in_a_small_window() {
    let mut stage = Stage::sized(Store::with_three_cases(), egui::vec2(1024.0, 640.0));
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    let page = page(&stage);
    let run = page.runs[2].run_id;
    stage.report(Event::RunsListed(page));
    stage.send(Command::Runs(RunsCommand::Choose(run)));
    stage.send(Command::Runs(RunsCommand::Show(RunPart::Manifest)));
    stage.snapshot("run_manifest_small");
}

#[test]
fn run_wish() {
    let mut stage = stage();
    let page = page(&stage);
    stage.report(Event::RunsListed(page));
    stage.press("New run…");
    let field = stage.harness.get_by_label("SHA-256 of the model");
    field.focus();
    stage.settle();
    stage
        .harness
        .get_by_label("SHA-256 of the model")
        .type_text("not a digest");
    stage.settle();
    stage.snapshot("run_wish");
    stage.press("Start run");
    assert!(
        !matches!(stage.last_asked(), Some(Effect::StartRun(_))),
        "what was typed is no digest"
    );
    stage.send(Command::Runs(RunsCommand::SetModel(String::new())));
    stage.send(Command::Runs(RunsCommand::SetSeed("7".to_owned())));
    stage.press("Start run");
    let case_id = stage.state().case.as_ref().expect("open").summary.id;
    let wish = RunCreate {
        case_id,
        pipeline_config: PipelineConfig {
            model_digest: None,
            seed: 7,
        },
    };
    assert_eq!(stage.last_asked(), Some(Effect::StartRun(wish)));
    let started = run(77, case_id, RunState::Queued);
    stage.report(Event::RunStarted {
        run: started.run_id,
        was_known: false,
    });
    assert_eq!(stage.last_asked(), Some(Effect::LoadRun(started.run_id)));
    stage.report(Event::RunShown(Box::new(started)));
    stage.harness.get_by_label("Stop run");
}

#[test]
fn a_run_that_goes_on_is_shown_as_it_is_and_its_end_told_once() {
    let (mut stage, run) = chosen(3);
    stage.press("Try again");
    assert_eq!(stage.last_asked(), Some(Effect::RetryRun(run.run_id)));
    let event = |state| RunEvent {
        run_id: run.run_id,
        state,
        steps: steps(state),
        error: None,
        updated_at_us: NOW_US + 1,
    };
    stage.report(Event::RunChanged(event(RunState::Running)));
    stage.press("Stop run");
    assert_eq!(stage.last_asked(), Some(Effect::CancelRun(run.run_id)));
    stage.report(Event::RunChanged(event(RunState::Succeeded)));
    assert_eq!(stage.last_asked(), Some(Effect::LoadRun(run.run_id)));
    let text = format!("Run {} has succeeded.", run.run_id);
    let told = |stage: &Stage| {
        let list = stage.state().notices.list().iter();
        list.filter(|notice| notice.text == text).count()
    };
    assert_eq!(told(&stage), 1);
    let id = stage.state().notices.list()[0].id;
    stage.send(Command::DismissNotice(id));
    stage.report(Event::RunChanged(event(RunState::Succeeded)));
    assert_eq!(told(&stage), 0);
}

#[test]
fn older_runs_stay_when_the_newest_are_listed_again() {
    let mut stage = stage();
    let newest = page(&stage);
    stage.report(Event::RunsListed(newest.clone()));
    stage.press("Show older runs");
    let expected = Effect::LoadOlderRuns {
        case: None,
        after: 12,
    };
    assert_eq!(stage.last_asked(), Some(expected));
    let old = run(9, newest.runs[0].case_id, RunState::Succeeded);
    stage.report(Event::OlderRunsListed(RunsPage {
        runs: vec![old.clone()],
        next: None,
    }));
    stage.report(Event::RunsListed(newest));
    let list = stage.state().runs.list.clone().expect("a list");
    assert_eq!((list.len(), list.last()), (6, Some(&old)));
    assert_eq!(stage.state().runs.older, None);
}
