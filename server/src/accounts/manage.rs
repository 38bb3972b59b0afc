//! What an administrator does with accounts.

use axum::http::StatusCode;
use fovea_protocol::{UserChange, UserCreate, UserRecord};
use serde_json::{Map, Value, json};

use super::command_line::check_name;
use super::own_password::new_password;
use super::{audit, write};
use crate::audit::Action;
use crate::auth::Role;
use crate::backend::Backend;
use crate::db::{self, Connection, DbError, NewUser, UserRow};
use crate::ops::Applied;
use crate::problem::Problem;

/// Makes an account.
pub(crate) async fn create_account(
    backend: &Backend,
    by: Applied,
    ask: UserCreate,
) -> Result<UserRecord, Problem> {
    check_name(&ask.name).map_err(|error| Problem::unprocessable("bad_name", error.to_string()))?;
    let role = parse_role(&ask.role)?;
    let password_phc = match ask.password {
        Some(password) => Some(new_password(backend, password).await?),
        None => None,
    };
    let user = NewUser {
        name: ask.name,
        role,
        must_change_password: password_phc.is_some(),
        password_phc,
    };
    let work = move |connection: &Connection| {
        if db::user_by_name(connection, &user.name)?.is_some() {
            return Ok(Err(exists()));
        }
        db::insert_user(connection, &user, by.now_us)?;
        let detail = json!({ "role": role.name(), "password": user.password_phc.is_some() });
        let action = Action::UserCreate;
        audit(
            connection,
            by.now_us,
            &by.account.name,
            action,
            &user.name,
            detail,
        )?;
        record(connection, &user.name).map(Ok)
    };
    write(backend, work).await
}

/// Changes role, state or password of an account.
pub(crate) async fn change_user(
    backend: &Backend,
    by: Applied,
    name: String,
    ask: UserChange,
) -> Result<UserRecord, Problem> {
    let change = Change {
        role: ask.role.as_deref().map(parse_role).transpose()?,
        disabled: ask.disabled,
        password_phc: match ask.password {
            Some(password) => Some(new_password(backend, password).await?),
            None => None,
        },
    };
    let work = move |connection: &Connection| {
        let Some(user) = db::user_by_name(connection, &name)? else {
            return Ok(Err(unknown()));
        };
        if change.takes_the_last_admin(connection, &user)? {
            return Ok(Err(last_admin()));
        }
        change.apply(connection, &by, &user)?;
        record(connection, &name).map(Ok)
    };
    write(backend, work).await
}

struct Change {
    role: Option<Role>,
    disabled: Option<bool>,
    password_phc: Option<String>,
}

impl Change {
    fn takes_the_last_admin(
        &self,
        connection: &Connection,
        user: &UserRow,
    ) -> Result<bool, DbError> {
        let is_admin = user.account.role == Role::Admin && !user.disabled;
        let stays = self.role.is_none_or(|role| role == Role::Admin) && self.disabled != Some(true);
        Ok(is_admin && !stays && db::count_users(connection)?.1 == 1)
    }

    fn apply(&self, connection: &Connection, by: &Applied, user: &UserRow) -> Result<(), DbError> {
        let (user_id, now_us) = (user.account.user_id, by.now_us);
        let mut detail = Map::new();
        let role = self.role.unwrap_or(user.account.role);
        let disabled = self.disabled.unwrap_or(user.disabled);
        if role != user.account.role {
            detail.insert("role".into(), role.name().into());
        }
        if disabled != user.disabled {
            detail.insert("disabled".into(), disabled.into());
        }
        db::set_role(connection, user_id, role, disabled)?;
        if let Some(phc) = &self.password_phc {
            db::set_password(connection, user_id, phc, true)?;
            db::end_sign_ins(connection, user_id, None, now_us)?;
            db::drop_failures(connection, &user.account.name)?;
            detail.insert("password".into(), true.into());
        }
        if disabled && !user.disabled {
            // An account that is opened again begins without those who had a token.
            db::end_all_tokens(connection, user_id, now_us)?;
        }
        if detail.is_empty() {
            return Ok(());
        }
        let (actor, name) = (&by.account.name, &user.account.name);
        let detail = Value::Object(detail);
        audit(connection, now_us, actor, Action::UserUpdate, name, detail)
    }
}

fn record(connection: &Connection, name: &str) -> Result<UserRecord, DbError> {
    let user = db::user_by_name(connection, name)?;
    user.map(UserRecord::from).ok_or(DbError::NoRow)
}

fn parse_role(text: &str) -> Result<Role, Problem> {
    let role = text.parse::<Role>();
    role.map_err(|error| Problem::unprocessable("role_unknown", error.to_string()))
}

fn exists() -> Problem {
    let detail = "there is an account with this name; choose another name, or change the account";
    Problem::refused(StatusCode::CONFLICT, "user_exists", detail)
}

fn last_admin() -> Problem {
    let detail = "this is the last administrator; make another one first";
    Problem::refused(StatusCode::CONFLICT, "last_admin", detail)
}

/// There is no such account.
pub(crate) fn unknown() -> Problem {
    Problem::not_found(
        "user_unknown",
        "there is no account with this name; GET /v1/users lists them",
    )
}
