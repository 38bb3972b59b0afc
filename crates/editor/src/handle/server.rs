//! What the server says of accounts and runs.

use super::{account, audit, review, runs, users};
use crate::{Effect, Event, NoticeKind, State};

pub(super) fn handle(state: &mut State, event: Event) -> Vec<Effect> {
    use Event as E;
    match event {
        E::SignedIn {
            server,
            who,
            must_change_password,
        } => account::signed_in(state, server, who, must_change_password),
        E::SignedOut { remark } => account::signed_out(state, remark),
        E::AccountKnown { server, who } => account::known(state, server, who),
        E::AccountFailed { sentence } => account::failed(state, sentence),
        E::RunsListed(page) => {
            state.runs.take_newest(page);
            Vec::new()
        }
        E::RunsAway { sentence } => {
            state.runs.away = Some(sentence);
            Vec::new()
        }
        E::OlderRunsListed(page) => {
            state.runs.take_older(page);
            Vec::new()
        }
        E::RunShown(run) => runs::shown(state, *run),
        E::RunChanged(event) => runs::changed(state, event),
        E::RunLogged { run, text } => {
            if state.runs.chosen == Some(run) {
                state.runs.log = Some(text);
            }
            Vec::new()
        }
        E::RunStarted { run, was_known } => runs::started(state, run, was_known),
        E::ArtifactSaved(path) => {
            let text = format!("Saved {}.", path.display());
            state.notices.push(NoticeKind::Done, text);
            Vec::new()
        }
        E::UsersListed { after, page } => users::listed(state, after, page),
        E::UserChanged(user) => users::changed(state, user),
        E::TokensListed { name, tokens } => users::tokens(state, name, tokens),
        E::TokenMade { name, token } => users::token_made(state, name, token),
        E::AuditListed { ask, page } => audit::listed(state, &ask, page),
        E::AuditAway { sentence } => audit::away(state, sentence),
        E::AuditChecking { done, of } => audit::checking(state, done, of),
        E::AuditChecked(outcome) => audit::checked(state, outcome),
        E::LabelReviewed(record) => review::reviewed(state, &record),
        E::LabelApproved(record) => review::approved(state, &record),
        E::ApprovedMeanwhile => review::approved_meanwhile(state),
        E::DisagreementsListed { after, page } => review::listed(state, after, page),
        E::DisagreementsAway { sentence } => {
            state.review.away = Some(sentence);
            Vec::new()
        }
        E::ReadingsCompared(readings) => review::compared(state, readings),
        E::ReadingsJoined { tile, created } => review::joined(state, tile, &created),
        E::ServerRefused { sentence } => runs::refused(state, sentence),
        // The rest was taken before.
        _ => Vec::new(),
    }
}
