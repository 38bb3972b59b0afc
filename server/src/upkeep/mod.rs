//! What keeps the data alive: backups, restoring them, moving to another home, changing the key of the objects.
//!
//! All of it works on the files and tables themselves, beside a running server where that is safe, and takes the data for
//! itself where it is not. What is broken off is taken up again by running the same command again.

mod backup;
mod error;
mod move_store;
mod new_home;
mod old_home;
mod progress;
mod restore;
mod rotate_key;

pub use backup::{BackupReport, BackupToCheck, backup, check_backup};
pub use error::UpkeepError;
pub use move_store::{MoveReport, move_store};
pub(crate) use new_home::UNFINISHED_FILE;
pub use progress::Progress;
pub use restore::{RestoreReport, restore};
pub use rotate_key::{RotationReport, rotate_object_key};

/// Where the database says that its data went to another home.
pub(crate) const MOVED_MARK: &str = "moved";
