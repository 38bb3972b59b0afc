//! Changes that other processes on the same data write: nobody announces them here, so they are looked for.

use std::time::Duration;

use tokio::sync::watch;

use super::{Db, change_cursor};
use crate::listen::told_to_stop;

/// How long a change of another process may stay unseen. One look serves all who wait.
const PERIOD: Duration = Duration::from_millis(500);

/// Wakes those who wait for changes when the feed went on, until `stopped`.
pub(crate) async fn follow_others(db: Db, mut stopped: watch::Receiver<bool>) {
    let mut seen = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(PERIOD) => {}
            () = told_to_stop(&mut stopped) => return,
        }
        // A database that is away for a moment has no news.
        let Ok(cursor) = db.read(change_cursor).await else {
            continue;
        };
        // The first look is news as well: somebody may have waited since before it.
        if seen.replace(cursor) != Some(cursor) {
            db.announce_changes();
        }
    }
}
