//! The server's clock, injected where behaviour depends on it.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Gives the time in µs since 1970 UTC.
#[derive(Clone)]
pub struct Clock {
    now_us: Arc<dyn Fn() -> i64 + Send + Sync>,
    is_system: bool,
}

impl Clock {
    /// The clock of the machine.
    pub fn system() -> Self {
        let now_us = || {
            let since_epoch = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX)
        };
        Self {
            is_system: true,
            ..Self::from_fn(now_us)
        }
    }

    /// A clock that says what `now_us` says.
    pub fn from_fn(now_us: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            now_us: Arc::new(now_us),
            is_system: false,
        }
    }

    pub(crate) fn now_us(&self) -> i64 {
        (self.now_us)()
    }

    /// False for a clock that was injected.
    pub(crate) fn is_system(&self) -> bool {
        self.is_system
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clock")
    }
}
