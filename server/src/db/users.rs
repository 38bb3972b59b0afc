//! Accounts.

use fovea_protocol::UserRecord;

use super::{Connection, DbError, OptionalExtension as _, Row};
use crate::auth::Role;

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) user_id: i64,
    pub(crate) name: String,
    pub(crate) role: Role,
}

/// An account to be made.
#[derive(Clone, Debug)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Argon2id hash as a PHC string; an account without one has tokens only.
    pub(crate) password_phc: Option<String>,
    /// Somebody else has chosen the password.
    pub(crate) must_change_password: bool,
}

/// What an administrator sees of an account.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub(crate) account: Account,
    pub(crate) disabled: bool,
    pub(crate) has_password: bool,
    pub(crate) must_change_password: bool,
    pub(crate) created_at_us: i64,
}

/// How an account signs in.
#[derive(Clone, Debug)]
pub(crate) struct SignInRow {
    pub(crate) account: Account,
    pub(crate) password_phc: Option<String>,
    pub(crate) must_change_password: bool,
}

const USER_COLUMNS: &str =
    "user_id, name, role, disabled, password_phc IS NOT NULL, must_change_password, created_at_us";

/// Makes an account, or opens and updates the one with this name.
pub(crate) fn insert_user(
    connection: &Connection,
    user: &NewUser,
    now_us: i64,
) -> Result<i64, DbError> {
    let sql = "INSERT INTO users (name, role, password_phc, must_change_password, created_at_us)
               VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE
               SET role = excluded.role, disabled = 0,
                   password_phc = coalesce(excluded.password_phc, users.password_phc),
                   must_change_password = CASE WHEN excluded.password_phc IS NULL
                     THEN users.must_change_password ELSE excluded.must_change_password END
               RETURNING user_id";
    let row = (
        &user.name,
        user.role.name(),
        &user.password_phc,
        user.must_change_password,
        now_us,
    );
    connection
        .prepare_cached(sql)?
        .query_row(row, |row| row.get(0))
}

/// Changes role and state of an account.
pub(crate) fn set_role(
    connection: &Connection,
    user_id: i64,
    role: Role,
    disabled: bool,
) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE users SET role = ?2, disabled = ?3 WHERE user_id = ?1")?
        .execute((user_id, role.name(), disabled))?;
    Ok(())
}

/// Gives an account another password.
pub(crate) fn set_password(
    connection: &Connection,
    user_id: i64,
    password_phc: &str,
    must_change: bool,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE users SET password_phc = ?2, must_change_password = ?3 WHERE user_id = ?1",
        )?
        .execute((user_id, password_phc, must_change))?;
    Ok(())
}

/// The account `user_id`, which a row refers to; one that is closed by now as well.
pub(crate) fn account_by_id(connection: &Connection, user_id: i64) -> Result<Account, DbError> {
    let sql = "SELECT user_id, name, role FROM users WHERE user_id = ?1";
    connection
        .prepare_cached(sql)?
        .query_row([user_id], account)
}

/// Whether an account is open.
pub(crate) fn is_open(connection: &Connection, user_id: i64) -> Result<bool, DbError> {
    let sql = "SELECT disabled FROM users WHERE user_id = ?1";
    let disabled: bool = connection
        .prepare_cached(sql)?
        .query_row([user_id], |row| row.get(0))?;
    Ok(!disabled)
}

/// The account `name`; one that is closed as well.
pub(crate) fn user_by_name(
    connection: &Connection,
    name: &str,
) -> Result<Option<UserRow>, DbError> {
    let sql = format!("SELECT {USER_COLUMNS} FROM users WHERE name = ?1");
    let statement = connection.prepare_cached(&sql)?;
    statement.query_row([name], user_row).optional()
}

/// Up to `limit` accounts after the name `after`.
pub(crate) fn list_users(
    connection: &Connection,
    after: &str,
    limit: u32,
) -> Result<Vec<UserRow>, DbError> {
    let sql = format!("SELECT {USER_COLUMNS} FROM users WHERE name > ?1 ORDER BY name LIMIT ?2");
    let statement = connection.prepare_cached(&sql)?;
    statement.query_map((after, limit), user_row)
}

/// How many accounts there are, and how many of them are open administrators.
pub(crate) fn count_users(connection: &Connection) -> Result<(u64, u64), DbError> {
    let sql = "SELECT count(*), count(CASE WHEN role = ?1 AND disabled = 0 THEN 1 END) FROM users";
    connection
        .prepare_cached(sql)?
        .query_row([Role::Admin.name()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What the open account `name` signs in with.
pub(crate) fn sign_in_row(
    connection: &Connection,
    name: &str,
) -> Result<Option<SignInRow>, DbError> {
    let sql = "SELECT user_id, name, role, password_phc, must_change_password FROM users WHERE name = ?1 AND disabled = 0";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row([name], |row| {
        Ok(SignInRow {
            account: account(row)?,
            password_phc: row.get(3)?,
            must_change_password: row.get(4)?,
        })
    });
    found.optional()
}

/// An account in the first three columns of a row.
pub(super) fn account(row: &Row<'_>) -> Result<Account, DbError> {
    let role: String = row.get(2)?;
    Ok(Account {
        user_id: row.get(0)?,
        name: row.get(1)?,
        role: role
            .parse()
            .map_err(|_| DbError::DamagedRow { what: "account" })?,
    })
}

fn user_row(row: &Row<'_>) -> Result<UserRow, DbError> {
    Ok(UserRow {
        account: account(row)?,
        disabled: row.get(3)?,
        has_password: row.get(4)?,
        must_change_password: row.get(5)?,
        created_at_us: row.get(6)?,
    })
}

impl From<UserRow> for UserRecord {
    fn from(row: UserRow) -> Self {
        Self {
            name: row.account.name,
            role: row.account.role.name().into(),
            disabled: row.disabled,
            has_password: row.has_password,
            must_change_password: row.must_change_password,
            created_at_us: row.created_at_us,
        }
    }
}
