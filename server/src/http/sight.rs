//! Whether the caller may see what the address of a request names.
//!
//! It is asked here, once for all routes: what an account may not see is answered like what does not exist. A route that
//! names things in its body, or lists them, asks for itself.

use axum::RequestExt as _;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request};
use axum::http::{Method, StatusCode};
use fovea_annotation::{CaseId, ContentHash, TileId, VersionId};
use uuid::Uuid;

use super::routes;
use crate::db::{self, Account, Connection, DbError};
use crate::problem::Problem;
use crate::runs;

/// Something of a case, named by its id.
#[derive(Clone, Copy, Debug)]
pub(super) enum Named {
    Case(CaseId),
    Tile(TileId),
    Label(VersionId),
    Run(Uuid),
    Blob(ContentHash),
}

/// What the address of `request` names.
pub(super) async fn named(request: &mut Request) -> Result<Vec<Named>, Problem> {
    let method = request.method().clone();
    let params = match request.extract_parts::<RawPathParams>().await {
        Ok(params) => params,
        // It is no id; the handler says so.
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => return Ok(Vec::new()),
        Err(_) => return Err(closed()),
    };
    let mut named = Vec::new();
    for (param, value) in &params {
        named.extend(read(&method, param, value)?);
    }
    Ok(named)
}

/// The first of `named` that `account` may not see.
pub(super) fn first_unseen(
    connection: &Connection,
    account: &Account,
    named: &[Named],
) -> Result<Option<Named>, DbError> {
    for one in named {
        if !one.is_seen(connection, account)? {
            return Ok(Some(*one));
        }
    }
    Ok(None)
}

/// What a parameter of an address names; nothing where the handler looks after it, or will say that it is no id.
fn read(method: &Method, param: &str, value: &str) -> Result<Option<Named>, Problem> {
    Ok(match param {
        "case_id" => value.parse().ok().map(Named::Case),
        "tile_id" => value.parse().ok().map(Named::Tile),
        "label_id" | "from" | "to" => value.parse().ok().map(Named::Label),
        "run_id" => value.parse().ok().map(Named::Run),
        // Whoever sends bytes has them.
        "sha256" if method == Method::PUT => None,
        "sha256" => value.parse().ok().map(Named::Blob),
        // Uploads are looked up by their owner; accounts are for administrators.
        "upload_id" | "name" | "token_id" => None,
        _ => return Err(closed()),
    })
}

impl Named {
    fn is_seen(self, connection: &Connection, account: &Account) -> Result<bool, DbError> {
        match self {
            Self::Case(case_id) => db::may_see_case(connection, account, case_id),
            Self::Tile(tile_id) => db::may_see_tile(connection, account, tile_id),
            Self::Label(version_id) => match db::record_of(connection, version_id)? {
                Some(record) => db::may_see_tile(connection, account, record.version.tile_id),
                None => Ok(false),
            },
            Self::Run(run_id) => match db::run_by_id(connection, run_id)? {
                Some(run) => db::may_see_case(connection, account, run.case_id),
                None => Ok(false),
            },
            Self::Blob(sha256) => db::may_see_blob(connection, account, sha256),
        }
    }

    /// It is answered like what does not exist.
    pub(super) fn unknown(self) -> Problem {
        match self {
            Self::Case(_) => routes::cases::unknown(),
            Self::Tile(_) => routes::tiles::unknown(),
            Self::Label(_) => {
                let detail = "the server does not hold this label version";
                Problem::not_found("label_unknown", detail)
            }
            Self::Run(_) => runs::run_unknown(),
            Self::Blob(_) => Problem::blob_missing(),
        }
    }
}

/// An address with a part of which nobody has said what it names.
fn closed() -> Problem {
    let detail = "this address is open to nobody";
    Problem::refused(StatusCode::FORBIDDEN, "route_closed", detail)
}
