//! A worker's sign of life, with a step in hand or without: the status page says who is there.

use std::time::Duration;

use crate::backend::Backend;
use crate::db::{self, Connection};
use crate::orchestrator::LeaseClock;

/// How often it is renewed; one that is three times as old does not count.
const PERIOD: Duration = Duration::from_secs(10);

/// Shows that the worker `name` is alive, for as long as this is polled.
pub(super) async fn show(backend: Backend, clock: LeaseClock, name: String) {
    loop {
        let (clock, name) = (clock.clone(), name.clone());
        let write = move |connection: &Connection| {
            let now_us = clock.now_us(connection)?;
            db::write_worker_sign(connection, &name, now_us)
        };
        if let Err(error) = backend.db.write(write).await {
            tracing::debug!(%error, "a worker could not show that it is alive; it is tried again");
        }
        tokio::time::sleep(PERIOD).await;
    }
}

/// Says that the worker `name` has ended. A database that is away learns it when the sign of life is old.
pub(super) async fn end(backend: &Backend, name: String) {
    let delete = move |connection: &Connection| db::delete_worker_sign(connection, &name);
    let _ = backend.db.write(delete).await;
}
