//! Pairs of tokens: a short-lived one for requests, and one that gets the next pair.

use fovea_protocol::LoginResponse;
use uuid::Uuid;

use crate::auth::Token;
use crate::db::{self, Connection, DbError, Family};
use crate::problem::Problem;

const MINUTE_US: i64 = 60 * 1_000_000;
/// Life of a token for requests.
const ACCESS_US: i64 = 15 * MINUTE_US;
/// Life of a refresh token: a client that is away for longer signs in again.
const REFRESH_US: i64 = 14 * 24 * 60 * MINUTE_US;
/// How long a pair that is over stays written down: a clock that was set wrong for some days, and is set right again,
/// ends nobody's sign-in.
const KEPT_WHEN_OVER_US: i64 = 7 * 24 * 60 * MINUTE_US;
/// Longest life of a sign-in.
const SIGN_IN_US: i64 = 90 * 24 * 60 * MINUTE_US;

/// A pair that was made and not yet handed out.
pub(crate) struct Pair {
    access: Token,
    refresh: Token,
}

/// When the tokens of a pair stop working.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ends {
    access_us: i64,
    refresh_us: i64,
}

/// A sign-in that begins now.
pub(crate) fn new_family(user_id: i64, now_us: i64) -> Family {
    Family {
        id: Uuid::new_v4().to_string(),
        user_id,
        signed_in_at_us: now_us,
    }
}

impl Pair {
    /// Two new tokens.
    pub(crate) fn generate() -> Result<Self, Problem> {
        let token = || Token::generate().map_err(|error| Problem::from(DbError::Io(error)));
        Ok(Self {
            access: token()?,
            refresh: token()?,
        })
    }

    /// What goes into the database.
    pub(crate) fn hashes(&self) -> PairHashes {
        PairHashes {
            access: self.access.hash(),
            refresh: self.refresh.hash(),
        }
    }

    /// What the client is told.
    pub(crate) fn response(&self, ends: Ends, must_change_password: bool) -> LoginResponse {
        LoginResponse {
            token: self.access.text().to_owned(),
            expires_at_us: ends.access_us,
            refresh_token: self.refresh.text().to_owned(),
            refresh_expires_at_us: ends.refresh_us,
            must_change_password,
        }
    }
}

/// The pair as the server keeps it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PairHashes {
    access: fovea_annotation::ContentHash,
    refresh: fovea_annotation::ContentHash,
}

impl PairHashes {
    /// Writes the pair down as the latest of `family`; returns when it ends.
    pub(crate) fn insert(
        self,
        connection: &Connection,
        family: &Family,
        now_us: i64,
    ) -> Result<Ends, DbError> {
        db::drop_expired_pairs(connection, family.user_id, now_us - KEPT_WHEN_OVER_US)?;
        let refresh_us = (now_us + REFRESH_US).min(family.signed_in_at_us + SIGN_IN_US);
        let ends = Ends {
            access_us: (now_us + ACCESS_US).min(refresh_us),
            refresh_us,
        };
        let (access, refresh) = (
            (self.access, ends.access_us),
            (self.refresh, ends.refresh_us),
        );
        db::insert_pair(connection, family, access, refresh, now_us)?;
        Ok(ends)
    }
}
