//! Accounts: who there is, how people sign in, and what tokens they have.

mod command_line;
mod first_admin;
mod manage;
mod named_tokens;
mod own_password;
mod pair;
mod share_case;
mod sign_in;
mod sign_ins;
mod slowdown;

pub(crate) use command_line::check_name;
pub use command_line::{AccountError, create_user};
pub use first_admin::make_first_admin;
pub(crate) use manage::{change_user, create_account, unknown as unknown_user};
pub(crate) use named_tokens::{create_token, end_token};
pub(crate) use own_password::change_password;
pub(crate) use pair::Pair;
pub(crate) use share_case::share_case;
pub(crate) use sign_in::{begin as begin_sign_in, refresh, sign_in, sign_out};
pub(crate) use sign_ins::SignIns;

use serde_json::Value;

use crate::audit::{Action, Line, append};
use crate::backend::Backend;
use crate::db::{Connection, DbError};
use crate::problem::Problem;

/// Runs `work` in a transaction. What it refuses it must refuse before it writes: a refusal is committed like an answer.
pub(crate) async fn write<T: Send + 'static>(
    backend: &Backend,
    work: impl FnOnce(&Connection) -> Result<Result<T, Problem>, DbError> + Send + 'static,
) -> Result<T, Problem> {
    let outcome = backend.db.write(work).await?;
    backend.db.announce_changes();
    outcome
}

/// Writes that `actor` did something to the account `subject`.
pub(crate) fn audit(
    connection: &Connection,
    now_us: i64,
    actor: &str,
    action: Action,
    subject: &str,
    detail: Value,
) -> Result<(), DbError> {
    let line = Line {
        actor,
        action,
        subject: subject.into(),
        detail,
    };
    append(connection, line, now_us)
}
