//! What the server says of runs.

use fovea_protocol::{RunEvent, RunRecord, RunState};
use uuid::Uuid;

use crate::{Effect, NoticeKind, RunPart, State};

/// A run was started, or the same one was there already; it is shown.
pub(super) fn started(state: &mut State, run: Uuid, was_known: bool) -> Vec<Effect> {
    let text = match was_known {
        true => format!("The same run is there already: {run}. Nothing is computed twice."),
        false => format!("Run queued: {run}."),
    };
    state.notices.push(NoticeKind::Done, text);
    let runs = &mut state.runs;
    runs.own.insert(run);
    (runs.wish, runs.chosen, runs.log) = (None, Some(run), None);
    runs.part = RunPart::Steps;
    vec![Effect::LoadRun(run)]
}

pub(super) fn shown(state: &mut State, run: RunRecord) -> Vec<Effect> {
    let event = event_of(&run);
    tell_end(state, &event);
    state.runs.take_one(run);
    Vec::new()
}

/// A run went on: its log has grown, and at its end there are artifacts.
pub(super) fn changed(state: &mut State, event: RunEvent) -> Vec<Effect> {
    tell_end(state, &event);
    let (run, is_final) = (event.run_id, event.state.is_final());
    state.runs.take_change(event);
    if state.runs.chosen != Some(run) {
        return Vec::new();
    }
    let log = (state.runs.part == RunPart::Log).then_some(Effect::LoadRunLog(run));
    let record = is_final.then_some(Effect::LoadRun(run));
    log.into_iter().chain(record).collect()
}

/// The end of a run that was started here, once.
fn tell_end(state: &mut State, event: &RunEvent) {
    if !event.state.is_final() || !state.runs.own.remove(&event.run_id) {
        return;
    }
    let run = event.run_id;
    let (kind, text) = match (event.state, &event.error) {
        (RunState::Succeeded, _) => (NoticeKind::Done, format!("Run {run} has succeeded.")),
        (RunState::Failed, Some(error)) => (
            NoticeKind::Error,
            format!("Run {run} has failed: {}", error.detail),
        ),
        (RunState::Failed, None) => (NoticeKind::Error, format!("Run {run} has failed.")),
        _ => (NoticeKind::Info, format!("Run {run} was stopped.")),
    };
    state.notices.push(kind, text);
}

/// A question was not answered, or with a refusal: whoever waited goes on.
pub(super) fn refused(state: &mut State, sentence: String) -> Vec<Effect> {
    if let Some(wish) = &mut state.runs.wish {
        wish.is_sent = false;
    }
    state.users.is_asking = false;
    state.review.is_asking = false;
    state.notices.push(NoticeKind::Error, sentence);
    Vec::new()
}

fn event_of(run: &RunRecord) -> RunEvent {
    RunEvent {
        run_id: run.run_id,
        state: run.state,
        steps: run.steps.clone(),
        error: run.error.clone(),
        updated_at_us: run.updated_at_us,
    }
}
