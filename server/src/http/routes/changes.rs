//! The feed of changes, with waiting.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use fovea_protocol::{ChangesPage, Limits};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::IntoParams;

use crate::backend::Backend;
use crate::db;
use crate::http::envelope::{Caller, not_signed_in};
use crate::http::extract::{ApiQuery, RowNumber};
use crate::listen::told_to_stop;
use crate::problem::Problem;

const PAGE_LEN: u32 = 500;

/// What to ask for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangesQuery {
    /// Changes after this one; 0 for all.
    #[serde(default)]
    #[param(value_type = u64, maximum = 9_223_372_036_854_775_807_i64)]
    cursor: RowNumber,
    /// Seconds to wait when there is nothing new; at most 25.
    #[serde(default)]
    wait_s: u32,
}

/// Changes after a cursor, in order. With `wait_s` the answer comes as soon as there is one.
#[utoipa::path(get, path = "/v1/sync/changes", tag = "sync", params(ChangesQuery),
    responses((status = 200, description = "changes", body = ChangesPage)))]
pub(crate) async fn changes(
    State(backend): State<Backend>,
    State(mut stopped): State<watch::Receiver<bool>>,
    caller: Caller,
    ApiQuery(ask): ApiQuery<ChangesQuery>,
) -> Result<Json<ChangesPage>, Problem> {
    let wait_s = ask.wait_s.min(Limits::V1.changes_wait_s_max);
    let deadline = Instant::now() + Duration::from_secs(u64::from(wait_s));
    // Watched before the first look, so that a change between look and wait is not slept through.
    let mut changed = backend.db.watch_changes();
    let mut cursor = ask.cursor.get().unsigned_abs();
    loop {
        changed.mark_unchanged();
        let page = page(&backend, &caller, cursor).await?;
        if !page.changes.is_empty() || Instant::now() >= deadline {
            return Ok(Json(page));
        }
        // What happened to cases of others is passed over, and wakes nobody.
        cursor = page.cursor;
        if page.more {
            continue;
        }
        tokio::select! {
            _ = changed.changed() => {}
            () = tokio::time::sleep_until(deadline) => {}
            () = told_to_stop(&mut stopped) => return Ok(Json(page)),
        }
    }
}

async fn page(backend: &Backend, caller: &Caller, cursor: u64) -> Result<ChangesPage, Problem> {
    let account = caller.account.clone();
    let read = move |connection: &db::Connection| {
        // The account may have been closed while the request waited.
        if !db::is_open(connection, account.user_id)? {
            return Ok(None);
        }
        Ok(Some((
            db::changes_after(connection, &account, cursor, PAGE_LEN)?,
            db::change_cursor(connection)?,
        )))
    };
    let found = backend.db.read(read).await?;
    let (page, latest) = found.ok_or_else(not_signed_in)?;
    Ok(ChangesPage {
        incarnation: backend.db.incarnation(),
        more: page.cursor < latest,
        changes: page.changes,
        cursor: page.cursor,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::DataFolder;
    use crate::clock::Clock;

    #[tokio::test]
    async fn a_wait_ends_with_the_server() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = DataFolder::open(folder.path()).expect("opens");
        let backend = Backend::open(&folder, Clock::system()).expect("opens");
        let (stop, stopped) = watch::channel(false);
        let begun = Instant::now();
        let ask = ChangesQuery {
            cursor: RowNumber::default(),
            wait_s: 25,
        };
        let made = |connection: &db::Connection| {
            let user = db::NewUser {
                name: "ada".into(),
                role: crate::auth::Role::Labeler,
                password_phc: None,
                must_change_password: false,
            };
            db::insert_user(connection, &user, 0).and_then(|id| db::account_by_id(connection, id))
        };
        let caller = Caller {
            account: backend.db.write(made).await.expect("makes"),
            token: db::HeldToken {
                family: None,
                expires_at_us: None,
                must_change_password: false,
            },
            token_hash: fovea_annotation::ContentHash::of(b"token"),
        };
        let wait = changes(State(backend), State(stopped), caller, ApiQuery(ask));
        // The wait is polled first, so that it is under way when the server stops.
        let (page, ()) = tokio::join!(wait, async {
            stop.send_replace(true);
        });
        assert!(page.expect("answers").0.changes.is_empty());
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it did not wait to the end"
        );
    }
}
