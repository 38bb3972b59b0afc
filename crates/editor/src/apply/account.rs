//! Signing in and out, and the own password.

use crate::{AccountCommand, Effect, State};

pub(super) fn apply(state: &mut State, command: AccountCommand) -> Vec<Effect> {
    use AccountCommand as C;
    let account = &mut state.account;
    if account.is_asking {
        return Vec::new();
    }
    (account.is_asking, account.failure) = (true, None);
    vec![match command {
        C::SignIn {
            server,
            name,
            password,
        } => Effect::SignIn {
            server: server.trim().trim_end_matches('/').to_owned(),
            name: name.trim().to_owned(),
            password,
        },
        C::SignOut => Effect::SignOut,
        C::ChangePassword { current, new } => Effect::ChangePassword { current, new },
    }]
}
