//! Removing what has been used, was given up, or nobody came back for.

use std::collections::HashSet;

use uuid::Uuid;

use crate::backend::Backend;
use crate::db;
use crate::problem::Problem;

/// Forgets uploads that are a day old, and parts that belong to none.
pub(crate) async fn drop_expired(backend: &Backend) -> Result<(), Problem> {
    let now_us = backend.clock.now_us();
    let open = backend
        .db
        .write(move |connection| {
            db::delete_expired_uploads(connection, now_us)?;
            db::open_uploads(connection)
        })
        .await?;
    let open: HashSet<_> = open.into_iter().collect();
    let spool = backend.spool.clone();
    let remove = move || {
        for upload_id in spool.list()? {
            // One that is being written belongs to a row that was open a moment ago.
            if !open.contains(&upload_id)
                && let Some(_turn) = spool.turn(upload_id)
            {
                spool.remove(upload_id)?;
            }
        }
        std::io::Result::Ok(())
    };
    match tokio::task::spawn_blocking(remove).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(super::SpoolError::Io(error).into()),
        Err(_) => Err(db::DbError::Closed.into()),
    }
}

/// Forgets an upload. The caller has its turn.
pub(crate) async fn discard(backend: &Backend, upload_id: Uuid) -> Result<(), Problem> {
    backend
        .db
        .write(move |connection| db::delete_upload(connection, upload_id))
        .await?;
    let spool = backend.spool.clone();
    match tokio::task::spawn_blocking(move || spool.remove(upload_id)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(super::SpoolError::Io(error).into()),
        Err(_) => Err(db::DbError::Closed.into()),
    }
}
