//! Keeping a lease while the work goes on.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::backend::Backend;
use crate::db::{Connection, Progress};
use crate::orchestrator::{Claim, Hold, LeaseClock, Moment, heartbeat};

/// News of progress are written no more often.
const NEWS_PERIOD_MAX: Duration = Duration::from_secs(1);

/// Renews the lease every third of it, and tells how far the step is. Returns once the lease is lost: taken away, or
/// not renewed in time because the database did not answer.
pub(super) async fn until_lost(
    backend: &Backend,
    clock: &LeaseClock,
    claim: &Claim,
    mut progress: watch::Receiver<Progress>,
) {
    let lease = Duration::from_millis(u64::from(backend.timing.lease_ms));
    let third = lease / 3;
    let mut held_since = Instant::now();
    loop {
        let beat_at = Instant::now() + third;
        let news_at = Instant::now() + third.min(NEWS_PERIOD_MAX);
        tokio::select! {
            () = tokio::time::sleep_until(beat_at) => {}
            () = news(&mut progress, news_at) => {}
        }
        // Counted from before the question: the answer may be old when it arrives.
        let asked_at = Instant::now();
        let told = *progress.borrow_and_update();
        match beat(backend, clock, claim, told).await {
            Ok(Hold::Held) => held_since = asked_at,
            Ok(Hold::Lost) => return,
            Err(error) => {
                tracing::warn!(%error, "a lease could not be renewed; it is tried again while it lasts");
                if held_since.elapsed() >= lease {
                    return;
                }
            }
        }
    }
}

/// Resolves at `not_before` or later, once there are news.
async fn news(progress: &mut watch::Receiver<Progress>, not_before: Instant) {
    tokio::time::sleep_until(not_before).await;
    if progress.changed().await.is_err() {
        // The work is over; whoever waits for it is woken by that.
        std::future::pending::<()>().await;
    }
}

async fn beat(
    backend: &Backend,
    clock: &LeaseClock,
    claim: &Claim,
    progress: Progress,
) -> Result<Hold, crate::db::DbError> {
    let (clock, claim, timing) = (clock.clone(), claim.clone(), backend.timing);
    let work = move |connection: &Connection| {
        let now_us = clock.now_us(connection)?;
        let timing = &timing;
        heartbeat(connection, &claim, progress, Moment { now_us, timing })
    };
    let hold = backend.db.write(work).await?;
    backend.db.announce_changes();
    Ok(hold)
}
