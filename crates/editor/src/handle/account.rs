//! What the server says of the own account.

use crate::{Account, Dialog, Effect, NoticeKind, State, Who};

/// Somebody signed in, or changed the password that had to be changed.
pub(super) fn signed_in(
    state: &mut State,
    server: String,
    who: Who,
    must_change_password: bool,
) -> Vec<Effect> {
    let is_elsewhere = state.account.server != server;
    let is_fresh = state.account.who.as_ref() != Some(&who);
    let name = who.name.clone();
    state.dialog = must_change_password.then_some(Dialog::Account);
    if !must_change_password {
        let text = format!("Signed in as {}, {}.", who.name, who.role);
        state.notices.push(NoticeKind::Done, text);
    }
    state.account = Account {
        server: server.clone(),
        who: Some(who),
        must_change_password,
        ..Account::default()
    };
    // What another account may see is not this one's to see.
    state.users = crate::Users::default();
    state.audit = crate::Audit::default();
    state.review = crate::Review::default();
    // What waited for the sign-in goes on.
    match (must_change_password, is_elsewhere || is_fresh) {
        (true, _) => Vec::new(),
        (false, true) => vec![Effect::WorkAs(Some(name)), Effect::Connect(server)],
        (false, false) => vec![Effect::SyncNow, Effect::RetryUploads],
    }
}

/// Nobody is signed in any more.
pub(super) fn signed_out(state: &mut State, remark: String) -> Vec<Effect> {
    let server = std::mem::take(&mut state.account.server);
    state.account = Account {
        server: server.clone(),
        ..Account::default()
    };
    state.users = crate::Users::default();
    state.audit = crate::Audit::default();
    state.review = crate::Review::default();
    state.dialog = None;
    match remark.is_empty() {
        true => state.notices.push(NoticeKind::Done, "Signed out."),
        false => state.notices.push(NoticeKind::Info, remark),
    }
    vec![Effect::WorkAs(None), Effect::Connect(server)]
}

/// The server says whose token this is.
pub(super) fn known(state: &mut State, server: String, who: Option<Who>) -> Vec<Effect> {
    state.account.server = server;
    state.account.who = who;
    // Where the server does not say, the last one stays: it may be away.
    let who = state.account.who.as_ref();
    who.map(|who| Effect::WorkAs(Some(who.name.clone())))
        .into_iter()
        .collect()
}

pub(super) fn failed(state: &mut State, sentence: String) -> Vec<Effect> {
    (state.account.is_asking, state.account.failure) = (false, Some(sentence));
    Vec::new()
}
