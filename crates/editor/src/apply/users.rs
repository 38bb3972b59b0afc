//! The page about accounts.

use crate::{Effect, State, UsersCommand};

pub(super) fn apply(state: &mut State, command: UsersCommand) -> Vec<Effect> {
    use UsersCommand as C;
    let users = &mut state.users;
    match command {
        C::Refresh => vec![Effect::LoadUsers { after: None }],
        C::More => {
            let more = users.more.take();
            more.map(|after| Effect::LoadUsers { after: Some(after) })
                .into_iter()
                .collect()
        }
        C::Choose(name) => {
            users.chosen = Some(name.clone());
            (users.tokens, users.made, users.is_new) = (None, None, false);
            vec![Effect::LoadTokens(name)]
        }
        C::AskForNew(is_new) => {
            users.is_new = is_new;
            if is_new {
                (users.chosen, users.made) = (None, None);
            }
            Vec::new()
        }
        C::Create(user) => once(state, Effect::CreateUser(user)),
        C::Change(name, change) => once(state, Effect::ChangeUser(name, change)),
        C::MakeToken(name, token) => once(state, Effect::MakeToken(name, token)),
        C::EndToken(name, token) => vec![Effect::EndToken(name, token)],
        C::HideToken => {
            users.made = None;
            Vec::new()
        }
    }
}

/// One change at a time: the next may depend on what the server says.
fn once(state: &mut State, effect: Effect) -> Vec<Effect> {
    if std::mem::replace(&mut state.users.is_asking, true) {
        return Vec::new();
    }
    vec![effect]
}
