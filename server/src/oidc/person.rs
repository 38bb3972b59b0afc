//! The account of a person at the provider. Who has no role there has no account here.

use axum::http::StatusCode;
use fovea_protocol::LoginResponse;
use serde_json::json;

use super::id_token::Claims;
use super::provider::Provider;
use crate::accounts::{Pair, audit, begin_sign_in, check_name, write};
use crate::audit::Action;
use crate::auth::Role;
use crate::backend::Backend;
use crate::db::{self, Account, Connection, DbError, NewUser};
use crate::problem::Problem;

/// Who did it, in the audit log.
const ACTOR: &str = "single sign-on";

/// Signs the person in, with the role that the provider gives now. The first time the account is made.
pub(super) async fn sign_in(
    backend: &Backend,
    provider: &Provider,
    claims: Claims,
) -> Result<LoginResponse, Problem> {
    let settings = &provider.settings;
    let values = claims.texts(&settings.role_claim);
    let role = settings
        .roles
        .iter()
        .find(|(value, _)| values.contains(&value.as_str()))
        .map(|(_, role)| *role)
        .ok_or_else(no_role)?;
    let person = Person {
        issuer: settings.issuer.as_str().to_owned(),
        name: name(&claims, &settings.name_claim),
        subject: claims.subject,
        role,
    };
    let (pair, now_us) = (Pair::generate()?, backend.clock.now_us());
    let hashes = pair.hashes();
    let work = move |connection: &Connection| match person.account(connection, now_us)? {
        Ok(account) => begin_sign_in(connection, &account, hashes, ACTOR, now_us).map(Ok),
        Err(problem) => Ok(Err(problem)),
    };
    let ends = write(backend, work).await?;
    Ok(pair.response(ends, false))
}

/// An address that nobody has checked may be anybody's.
fn name(claims: &Claims, claim: &str) -> Option<String> {
    let is_good = claim != "email" || claims.is_true("email_verified");
    let name = claims.text(claim).filter(|_| is_good)?;
    check_name(name).ok().map(|()| name.to_owned())
}

struct Person {
    issuer: String,
    subject: String,
    /// `None` where the provider gives none that can be one here.
    name: Option<String>,
    role: Role,
}

impl Person {
    fn account(
        &self,
        connection: &Connection,
        now_us: i64,
    ) -> Result<Result<Account, Problem>, DbError> {
        match db::account_of_person(connection, &self.issuer, &self.subject)? {
            Some((_, true)) => Ok(Err(closed())),
            Some((account, false)) => self.with_role(connection, account, now_us).map(Ok),
            None => self.made(connection, now_us),
        }
    }

    /// The role follows the provider, but for the last administrator.
    fn with_role(
        &self,
        connection: &Connection,
        account: Account,
        now_us: i64,
    ) -> Result<Account, DbError> {
        let is_last_admin = account.role == Role::Admin && db::count_users(connection)?.1 == 1;
        if account.role == self.role || is_last_admin {
            return Ok(account);
        }
        db::set_role(connection, account.user_id, self.role, false)?;
        let (action, detail) = (Action::UserUpdate, json!({ "role": self.role.name() }));
        audit(connection, now_us, ACTOR, action, &account.name, detail)?;
        Ok(Account {
            role: self.role,
            ..account
        })
    }

    /// A name that is taken is not handed over: whoever may choose a name at the provider could choose any.
    fn made(
        &self,
        connection: &Connection,
        now_us: i64,
    ) -> Result<Result<Account, Problem>, DbError> {
        let Some(name) = &self.name else {
            return Ok(Err(no_name()));
        };
        if db::user_by_name(connection, name)?.is_some() {
            return Ok(Err(name_taken()));
        }
        let user = NewUser {
            name: name.clone(),
            role: self.role,
            password_phc: None,
            must_change_password: false,
        };
        let user_id = db::insert_user(connection, &user, now_us)?;
        db::insert_person(connection, &self.issuer, &self.subject, user_id)?;
        let (action, detail) = (Action::UserCreate, json!({ "role": self.role.name() }));
        audit(connection, now_us, ACTOR, action, name, detail)?;
        db::account_by_id(connection, user_id).map(Ok)
    }
}

fn no_role() -> Problem {
    let detail = "the identity provider gives this person no role here; ask whoever looks after it";
    Problem::refused(StatusCode::FORBIDDEN, "no_role", detail)
}

fn no_name() -> Problem {
    let detail = "the identity provider gives this person no name that an account can have; ask an administrator";
    Problem::refused(StatusCode::FORBIDDEN, "bad_name", detail)
}

fn name_taken() -> Problem {
    let detail =
        "another account has this person's name; ask an administrator to close or rename one";
    Problem::refused(StatusCode::FORBIDDEN, "user_exists", detail)
}

fn closed() -> Problem {
    let detail = "the account of this person is closed; ask an administrator";
    Problem::refused(StatusCode::FORBIDDEN, "user_closed", detail)
}
