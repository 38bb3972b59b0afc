//! Tokens by their hashes: named ones, and the pairs of sign-ins.

use fovea_annotation::ContentHash;
use fovea_protocol::TokenRecord;

use super::users::account;
use super::{Account, Connection, DbError, OptionalExtension as _};

/// Tokens that one account may have; the list of them has no pages.
pub(crate) const NAMED_MAX: u64 = 100;

/// A sign-in: one person at one client, over all its pairs of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Family {
    pub(crate) id: String,
    pub(crate) user_id: i64,
    pub(crate) signed_in_at_us: i64,
}

/// The token of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HeldToken {
    /// The sign-in that it belongs to; `None` for a named token.
    pub(crate) family: Option<String>,
    pub(crate) expires_at_us: Option<i64>,
    /// The person has signed in with a password that somebody else chose.
    pub(crate) must_change_password: bool,
}

/// A refresh token that was found.
#[derive(Clone, Debug)]
pub(crate) struct RefreshRow {
    pub(crate) account: Account,
    pub(crate) family: Family,
    pub(crate) was_used: bool,
    pub(crate) must_change_password: bool,
}

/// The public name of the token with this hash.
pub(crate) fn token_id(token_hash: ContentHash) -> String {
    let mut id = token_hash.to_hex();
    id.truncate(32);
    id
}

/// Adds a named token; one without an end lives until it is ended.
pub(crate) fn insert_named_token(
    connection: &Connection,
    user_id: i64,
    name: &str,
    token_hash: ContentHash,
    now_us: i64,
    expires_at_us: Option<i64>,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "INSERT INTO tokens (token_hash, token_id, user_id, name, kind, created_at_us, expires_at_us)
             VALUES (?1, ?2, ?3, ?4, 'named', ?5, ?6)",
        )?
        .execute((
            token_hash,
            token_id(token_hash),
            user_id,
            name,
            now_us,
            expires_at_us,
        ))?;
    Ok(())
}

/// Adds the next pair of a sign-in: the hashes of its access and its refresh token, each with its end.
pub(crate) fn insert_pair(
    connection: &Connection,
    family: &Family,
    access: (ContentHash, i64),
    refresh: (ContentHash, i64),
    now_us: i64,
) -> Result<(), DbError> {
    for (kind, (hash, expires_at_us)) in [("access", access), ("refresh", refresh)] {
        connection
            .prepare_cached(
                "INSERT INTO tokens (token_hash, token_id, user_id, kind, family, signed_in_at_us, created_at_us, expires_at_us)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute((
                hash,
                token_id(hash),
                family.user_id,
                kind,
                &family.id,
                family.signed_in_at_us,
                now_us,
                expires_at_us,
            ))?;
    }
    Ok(())
}

/// The open account of a live token, which is not a refresh token.
pub(crate) fn account_by_token(
    connection: &Connection,
    token_hash: ContentHash,
    now_us: i64,
) -> Result<Option<(Account, HeldToken)>, DbError> {
    let sql = "SELECT u.user_id, u.name, u.role, t.family, t.expires_at_us, u.must_change_password
               FROM tokens t JOIN users u ON u.user_id = t.user_id
               WHERE t.token_hash = ?1 AND t.kind <> 'refresh' AND t.revoked_at_us IS NULL AND u.disabled = 0
                 AND (t.expires_at_us IS NULL OR t.expires_at_us > ?2)";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((token_hash, now_us), |row| {
        let family: Option<String> = row.get(3)?;
        let held = HeldToken {
            // Nobody signs in with a named token, so nobody can be asked for a new password.
            must_change_password: row.get::<bool>(5)? && family.is_some(),
            family,
            expires_at_us: row.get(4)?,
        };
        Ok((account(row)?, held))
    });
    found.optional()
}

/// The live refresh token of an open account; one that was used before as well.
pub(crate) fn refresh_row(
    connection: &Connection,
    token_hash: ContentHash,
    now_us: i64,
) -> Result<Option<RefreshRow>, DbError> {
    let sql = "SELECT u.user_id, u.name, u.role, t.family, t.signed_in_at_us, t.used_at_us IS NOT NULL, u.must_change_password
               FROM tokens t JOIN users u ON u.user_id = t.user_id
               WHERE t.token_hash = ?1 AND t.kind = 'refresh' AND t.revoked_at_us IS NULL AND u.disabled = 0
                 AND t.expires_at_us > ?2";
    let statement = connection.prepare_cached(sql)?;
    let found = statement.query_row((token_hash, now_us), |row| {
        Ok(RefreshRow {
            account: account(row)?,
            family: Family {
                id: row.get(3)?,
                user_id: row.get(0)?,
                signed_in_at_us: row.get(4)?,
            },
            was_used: row.get(5)?,
            must_change_password: row.get(6)?,
        })
    });
    found.optional()
}

/// Notes that a refresh token was given for the next pair.
pub(crate) fn mark_used(
    connection: &Connection,
    token_hash: ContentHash,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached("UPDATE tokens SET used_at_us = ?2 WHERE token_hash = ?1")?
        .execute((token_hash, now_us))?;
    Ok(())
}

/// Ends a sign-in.
pub(crate) fn end_family(
    connection: &Connection,
    family: &str,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at_us = ?2 WHERE family = ?1 AND revoked_at_us IS NULL",
        )?
        .execute((family, now_us))?;
    Ok(())
}

/// Ends the sign-ins of an account, but for the one called `but`.
pub(crate) fn end_sign_ins(
    connection: &Connection,
    user_id: i64,
    but: Option<&str>,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at_us = ?3
             WHERE user_id = ?1 AND family IS NOT NULL AND family <> ?2 AND revoked_at_us IS NULL",
        )?
        .execute((user_id, but.unwrap_or_default(), now_us))?;
    Ok(())
}

/// Ends every token of an account.
pub(crate) fn end_all_tokens(
    connection: &Connection,
    user_id: i64,
    now_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at_us = ?2 WHERE user_id = ?1 AND revoked_at_us IS NULL",
        )?
        .execute((user_id, now_us))?;
    Ok(())
}

/// Ends a named token; false when the account has no such live one.
pub(crate) fn end_named_token(
    connection: &Connection,
    user_id: i64,
    token_id: &str,
    now_us: i64,
) -> Result<bool, DbError> {
    let ended = connection
        .prepare_cached(
            "UPDATE tokens SET revoked_at_us = ?3
             WHERE token_id = ?2 AND user_id = ?1 AND kind = 'named' AND revoked_at_us IS NULL",
        )?
        .execute((user_id, token_id, now_us))?;
    Ok(ended > 0)
}

/// The named tokens of an account that work, oldest first.
pub(crate) fn named_tokens(
    connection: &Connection,
    user_id: i64,
    now_us: i64,
) -> Result<Vec<TokenRecord>, DbError> {
    let sql = "SELECT token_id, name, created_at_us, expires_at_us FROM tokens
               WHERE user_id = ?1 AND kind = 'named' AND revoked_at_us IS NULL
                 AND (expires_at_us IS NULL OR expires_at_us > ?2)
               ORDER BY created_at_us, token_id LIMIT 1000";
    let statement = connection.prepare_cached(sql)?;
    statement.query_map((user_id, now_us), |row| {
        Ok(TokenRecord {
            token_id: row.get(0)?,
            name: row.get(1)?,
            created_at_us: row.get(2)?,
            expires_at_us: row.get(3)?,
        })
    })
}

/// Forgets the pairs of an account that were over at `until_us`.
pub(crate) fn drop_expired_pairs(
    connection: &Connection,
    user_id: i64,
    until_us: i64,
) -> Result<(), DbError> {
    connection
        .prepare_cached(
            "DELETE FROM tokens WHERE user_id = ?1 AND family IS NOT NULL AND expires_at_us <= ?2",
        )?
        .execute((user_id, until_us))?;
    Ok(())
}
