//! In whose name versions are saved: the account that is signed in, or was when the server was last there; before the
//! first sign-in, the user of the computer.

use fovea_local_store::{Result, Store};

/// The setting that holds the account's name; empty when nobody is signed in.
const ACCOUNT: &str = "account.name";

/// The name; `computer_user` where no account is known.
pub fn labeler(store: &Store, computer_user: &str) -> Result<String> {
    let account = store.setting(ACCOUNT)?.filter(|name| !name.is_empty());
    Ok(account.unwrap_or_else(|| computer_user.to_owned()))
}

/// Keeps the account for this and later starts, so that work without a connection has the same author; true when it is
/// another one than before.
pub(crate) fn keep_account(store: &mut Store, name: Option<&str>) -> Result<bool> {
    let name = name.unwrap_or_default();
    let is_other = store.setting(ACCOUNT)?.unwrap_or_default() != name;
    if is_other {
        store.set_setting(ACCOUNT, name)?;
    }
    Ok(is_other)
}
