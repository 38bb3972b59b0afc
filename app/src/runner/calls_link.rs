//! Questions to the server and its answers, as the editor understands them.

use std::sync::Arc;

use fovea_annotation::Mask;
use fovea_editor::{Effect, Event, Readings, Verdict, Who};
use fovea_sync::{Ask, Calls, HttpTransport, Judgement, ReadingPair, Reply};

use super::config::RunnerError;
use super::lines::Parts;

/// What is said where there is no server to ask.
pub(super) const NO_SERVER: &str = "No server is set up; sign in to one first.";

/// What is said where too many questions wait.
pub(super) const TOO_MUCH: &str = "Too much is asked of the server at once; try again in a moment.";

/// Starts the thread that asks; `None` without a server.
pub(super) fn start(
    url: &str,
    transport: Option<HttpTransport>,
    parts: &Parts,
) -> Result<Option<Calls>, RunnerError> {
    let Some(transport) = transport else {
        return Ok(None);
    };
    let (server, reporter) = (url.to_owned(), parts.reporter.clone());
    let sink = move |reply| reporter.send(event(reply, &server));
    Ok(Some(Calls::start(transport, sink)?))
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
        Effect::LoadUsers { after } => Ask::Users(after),
        Effect::CreateUser(user) => Ask::CreateUser(user),
        Effect::ChangeUser(name, change) => Ask::ChangeUser(name, change),
        Effect::LoadTokens(name) => Ask::Tokens(name),
        Effect::MakeToken(name, token) => Ask::MakeToken(name, token),
        Effect::EndToken(name, token) => Ask::EndToken(name, token),
        Effect::ReviewLabel(version, review) => Ask::Review(version, review),
        Effect::ApproveLabel(version, approve) => Ask::Approve(version, approve),
        Effect::LoadDisagreements { after } => Ask::Disagreements(after),
        Effect::LoadReadings { tile, heads } => Ask::Readings(tile, heads),
        Effect::MergeReadings(merge) => Ask::Merge(*merge),
        Effect::Adjudicate(decision) => Ask::Adjudicate {
            tile: decision.tile,
            parents: decision.parents,
            judgement: judgement(decision.verdict),
            comment: decision.comment,
        },
        Effect::LoadAudit(ask) => Ask::Audit(*ask),
        Effect::StopAuditCheck => Ask::StopAuditCheck,
        _ => return None,
    })
}

/// The answer where there is no server to ask.
pub(super) fn without_server(effect: &Effect) -> Option<Event> {
    let sentence = NO_SERVER.to_owned();
    match effect {
        Effect::ShowRuns { .. } => Some(Event::RunsAway { sentence }),
        Effect::LoadDisagreements { .. } => Some(Event::DisagreementsAway { sentence }),
        Effect::LoadAudit(_) => Some(Event::AuditAway { sentence }),
        Effect::HideRuns | Effect::StopAuditCheck => None,
        _ => Some(Event::ServerRefused { sentence }),
    }
}

fn event(reply: Reply, server: &str) -> Event {
    match reply {
        Reply::Runs(page) => Event::RunsListed(page),
        Reply::RunsAway { why } => Event::RunsAway { sentence: why },
        Reply::OlderRuns(page) => Event::OlderRunsListed(page),
        Reply::Run(run) => Event::RunShown(run),
        Reply::RunChanged(event) => Event::RunChanged(event),
        Reply::RunLog { run, text } => Event::RunLogged { run, text },
        Reply::RunStarted { run, was_known } => Event::RunStarted { run, was_known },
        Reply::Saved(path) => Event::ArtifactSaved(path),
        Reply::Me {
            name,
            role,
            may_review_own,
        } => Event::AccountKnown {
            server: server.to_owned(),
            who: Some(Who {
                name,
                role,
                may_review_own,
            }),
        },
        Reply::Users { after, page } => Event::UsersListed { after, page },
        Reply::User(user) => Event::UserChanged(user),
        Reply::Tokens { name, tokens } => Event::TokensListed { name, tokens },
        Reply::TokenMade { name, token } => Event::TokenMade { name, token },
        Reply::Reviewed(record) => Event::LabelReviewed(record),
        Reply::Approved(record) => Event::LabelApproved(record),
        Reply::ApprovedMeanwhile => Event::ApprovedMeanwhile,
        Reply::Disagreements { after, page } => Event::DisagreementsListed { after, page },
        Reply::DisagreementsAway { why } => Event::DisagreementsAway { sentence: why },
        Reply::Readings(pair) => Event::ReadingsCompared(Box::new(readings(*pair))),
        Reply::Joined { tile, created } => Event::ReadingsJoined { tile, created },
        Reply::Audit { ask, page } => Event::AuditListed { ask, page },
        Reply::AuditAway { why } => Event::AuditAway { sentence: why },
        Reply::AuditChecking { done, of } => Event::AuditChecking { done, of },
        Reply::AuditChecked(outcome) => Event::AuditChecked(outcome),
        Reply::Failed { why } => Event::ServerRefused { sentence: why },
    }
}

fn judgement(verdict: Verdict) -> Judgement {
    match verdict {
        Verdict::Payload(payload) => Judgement::Reading(payload),
        Verdict::Mask(mask) => Judgement::Drawn(Box::new(Mask::clone(&mask))),
    }
}

fn readings(pair: ReadingPair) -> Readings {
    Readings {
        tile: pair.tile,
        records: pair.records,
        masks: pair.masks.map(Arc::new),
        contradicting_px: pair.contradicting_px,
        approved: pair.approved,
    }
}
