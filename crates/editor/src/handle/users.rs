//! What the server says of its accounts.

use fovea_protocol::{TokenCreated, TokenRecord, UserRecord, UsersPage};

use crate::{Effect, NoticeKind, State};

pub(super) fn listed(state: &mut State, after: Option<String>, page: UsersPage) -> Vec<Effect> {
    state.users.take_page(after.as_deref(), page);
    Vec::new()
}

pub(super) fn changed(state: &mut State, user: UserRecord) -> Vec<Effect> {
    let text = format!("The account {} is as you asked.", user.name);
    state.notices.push(NoticeKind::Done, text);
    state.users.take_one(user);
    Vec::new()
}

pub(super) fn tokens(state: &mut State, name: String, tokens: Vec<TokenRecord>) -> Vec<Effect> {
    if state.users.chosen.as_ref() == Some(&name) {
        state.users.tokens = Some(tokens);
    }
    Vec::new()
}

/// The server shows a token once, and so does the page.
pub(super) fn token_made(state: &mut State, name: String, token: TokenCreated) -> Vec<Effect> {
    state.users.is_asking = false;
    if state.users.chosen.as_ref() == Some(&name) {
        state.users.made = Some(token);
    }
    vec![Effect::LoadTokens(name)]
}
