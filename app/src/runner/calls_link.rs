//! Questions to the server and its answers, as the editor understands them.

use std::sync::Arc;

use fovea_editor::{Effect, Event};
use fovea_sync::{Ask, Calls, HttpTransport, Reply};

use super::config::{RunnerError, ServerConfig};
use super::reporter::Reporter;

/// Starts the thread that asks; `None` without a server.
pub(super) fn start(
    server: Option<&ServerConfig>,
    reporter: &Reporter,
) -> Result<Option<Calls>, RunnerError> {
    // That an address is none was said when the sync was started.
    let transport = server
        .and_then(|server| HttpTransport::new(&server.url, Arc::clone(&server.credentials)).ok());
    let reporter = reporter.clone();
    let sink = move |reply| reporter.send(event(reply));
    let calls = transport.map(|transport| Calls::start(transport, sink));
    Ok(calls.transpose()?)
}

/// The question behind an effect; `None` for effects that ask the server nothing.
pub(super) fn ask(effect: &Effect) -> Option<Ask> {
    Some(match effect.clone() {
        Effect::ShowRuns { case } => Ask::ShowRuns { case },
        Effect::HideRuns => Ask::HideRuns,
        Effect::LoadOlderRuns { case, after } => Ask::OlderRuns { case, after },
        Effect::LoadRun(run) => Ask::Run(run),
        Effect::LoadRunLog(run) => Ask::RunLog(run),
        Effect::StartRun(wish) => Ask::StartRun(wish),
        Effect::CancelRun(run) => Ask::CancelRun(run),
        Effect::RetryRun(run) => Ask::RetryRun(run),
        Effect::SaveArtifact(artifact, path) => Ask::SaveArtifact {
            artifact: *artifact,
            path,
        },
        _ => return None,
    })
}

/// What is said where there is no server to ask.
pub(super) fn without_server(effect: &Effect) -> Option<Event> {
    let sentence = "No server is set up; start Fovea with --server and its address.".to_owned();
    match effect {
        Effect::ShowRuns { .. } => Some(Event::RunsAway { sentence }),
        Effect::HideRuns => None,
        _ => Some(Event::ServerRefused { sentence }),
    }
}

fn event(reply: Reply) -> Event {
    match reply {
        Reply::Runs(page) => Event::RunsListed(page),
        Reply::RunsAway { why } => Event::RunsAway { sentence: why },
        Reply::OlderRuns(page) => Event::OlderRunsListed(page),
        Reply::Run(run) => Event::RunShown(run),
        Reply::RunChanged(event) => Event::RunChanged(event),
        Reply::RunLog { run, text } => Event::RunLogged { run, text },
        Reply::RunStarted { run, was_known } => Event::RunStarted { run, was_known },
        Reply::Saved(path) => Event::ArtifactSaved(path),
        Reply::Failed { why } => Event::ServerRefused { sentence: why },
    }
}
