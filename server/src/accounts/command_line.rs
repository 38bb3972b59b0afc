//! Making accounts from the command line, beside a running server or without one.

use std::path::Path;

use serde_json::json;

use super::audit;
use crate::audit::Action;
use crate::auth::{PasswordError, Role, Token, hash_password};
use crate::backend::DataFolder;
use crate::clock::Clock;
use crate::db::{self, DbError, NewUser};
use crate::settings::SettingsError;
use crate::shared_keys::{KeyError, in_signed_transaction};

const NAME_LEN_MAX: usize = 64;
/// Who did it, in the audit log, and what the token is called.
const ACTOR: &str = "command line";

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// The name.
    #[error(
        "an account name has 1 to {NAME_LEN_MAX} letters, digits, dots, dashes, underscores or @; choose another one"
    )]
    Name,
    /// The password.
    #[error("the account was not made: {0}")]
    Password(String),
    /// The data folder.
    #[error("the data folder cannot be used: {0}; check its permissions and free space")]
    Io(#[from] std::io::Error),
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The key of the audit log.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<PasswordError> for AccountError {
    fn from(error: PasswordError) -> Self {
        Self::Password(error.to_string())
    }
}

/// Makes the account `name`, or changes the role of the one with this name, and returns a new token for it.
/// The token is shown nowhere else: the server keeps its hash.
pub fn create_user(
    data: &Path,
    name: &str,
    role: Role,
    password: Option<&str>,
) -> Result<String, AccountError> {
    check_name(name)?;
    let user = NewUser {
        name: name.into(),
        role,
        password_phc: password.map(hash_password).transpose()?,
        must_change_password: false,
    };
    let token = Token::generate()?;
    let now_us = Clock::system().now_us();
    let folder = DataFolder::open(data)?;
    let database = folder.settings()?.database;
    db::on_own_thread(|| {
        let connection = database.open_writer()?;
        in_signed_transaction(&connection, &folder, |connection| {
            let user_id = db::insert_user(connection, &user, now_us)?;
            if password.is_some() {
                db::end_sign_ins(connection, user_id, None, now_us)?;
                db::drop_failures(connection, name)?;
            }
            db::insert_named_token(connection, user_id, ACTOR, token.hash(), now_us, None)?;
            let detail = json!({ "role": role.name() });
            audit(connection, now_us, ACTOR, Action::UserCreate, name, detail)?;
            let detail = json!({ "token": db::token_id(token.hash()), "expires_at_us": null });
            audit(connection, now_us, ACTOR, Action::TokenCreate, name, detail)
        })?;
        Ok::<_, AccountError>(())
    })?;
    Ok(token.text().to_owned())
}

/// Names are seen by everybody who works here, and stand in addresses.
pub(crate) fn check_name(name: &str) -> Result<(), AccountError> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_.@".contains(c);
    match !name.is_empty() && name.len() <= NAME_LEN_MAX && name.chars().all(is_plain) {
        true => Ok(()),
        false => Err(AccountError::Name),
    }
}
