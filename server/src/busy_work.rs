//! Where work runs that keeps a processor busy: off the threads that answer requests, unless it is short.

use crate::db::DbError;

/// Work on so many bytes is short: some hundred microseconds, as with the mask of a usual B-scan. Handing it to another
/// thread and waiting for that thread to wake would cost a good part of that again, and keep nobody else from waiting.
const SHORT_BYTES_MAX: usize = 512 * 1024;

/// The work was not done: its thread ended before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotDone;

impl From<NotDone> for DbError {
    fn from(NotDone: NotDone) -> Self {
        Self::Closed
    }
}

/// Runs `work` on a thread where it keeps nobody waiting.
pub(crate) async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotDone> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| NotDone)
}

/// Runs `work` on `bytes` of data where it is asked for, or as [`off_thread`] does where they are many.
pub(crate) async fn by_size<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, NotDone> {
    match bytes <= SHORT_BYTES_MAX {
        true => Ok(work()),
        false => off_thread(work).await,
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[tokio::test]
    async fn short_work_stays_and_long_work_goes() {
        let here = thread::current().id();
        for (bytes, stays) in [
            (0, true),
            (SHORT_BYTES_MAX, true),
            (SHORT_BYTES_MAX + 1, false),
        ] {
            let there = by_size(bytes, || thread::current().id()).await;
            assert_eq!(there.expect("is done") == here, stays, "{bytes} bytes");
        }
    }
}
