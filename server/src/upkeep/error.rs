//! Why data could not be kept, brought back or moved.

use std::io;
use std::path::{Path, PathBuf};

use crate::db::DbError;
use crate::objects::ObjectError;
use crate::server::StartError;
use crate::settings::SettingsError;

/// Why data could not be kept, brought back or moved.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// A file.
    #[error("{path} cannot be used: {source}; check its permissions and the free space")]
    Io {
        /// Which.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// A folder that no server has worked on.
    #[error("there are no data in {0}; name the folder that the server is started with")]
    NoData(String),
    /// A passphrase that would be guessed.
    #[error("the passphrase file has no line of at least 12 characters; write a longer one")]
    PassphraseShort,
    /// Another passphrase than that of the first backup.
    #[error(
        "the passphrase does not open this backup; name the file that the first backup in the folder was made with"
    )]
    Passphrase,
    /// Backups of other data.
    #[error("the folder has backups of another server; give each server a folder of its own")]
    OtherServer,
    /// Two backups at a time.
    #[error("another process writes to this folder of backups; try again when it is done")]
    BackupInUse,
    /// Nothing to restore.
    #[error(
        "there is no whole backup {0}; name a folder that `fovea-server backup` has finished with"
    )]
    NoBackup(String),
    /// A file of a backup that is not what was written.
    #[error("{0} of the backup is damaged or not the one that was written; take another backup")]
    Damaged(String),
    /// A file of a backup that is not there.
    #[error("{0} of the backup is missing; copy the folder again, or take another backup")]
    Missing(String),
    /// A backup of a newer program.
    #[error(
        "the backup has schema {found} and this program knows {known}; take a newer fovea-server"
    )]
    TooNew {
        /// Schema of the backup.
        found: u32,
        /// Schema of this program.
        known: u32,
    },
    /// Rows that did not arrive as they were sent.
    #[error(
        "the table {0} did not come over as it was; nothing was changed, run `fovea-server verify-audit` on the source"
    )]
    Differs(String),
    /// An audit log that does not hold.
    #[error("the audit log does not hold ({0}); nothing was changed")]
    Audit(String),
    /// A home that has data already.
    #[error(
        "{0} is there already, and only an empty home is filled; name a new folder, with a new database and a new bucket"
    )]
    Used(String),
    /// A home that something else began to fill.
    #[error(
        "the home was being filled with something else and that was broken off; go on with that, or name a new one"
    )]
    OtherFill,
    /// A server that still works on the source.
    #[error("another process works on these data; stop every server and worker first")]
    InUse,
    /// Objects that came while others were copied.
    #[error(
        "the source changed while it was copied; run the same command again, what is there is not copied twice"
    )]
    Changed,
    /// Data that went elsewhere before.
    #[error("these data were moved to another home before; work goes on there")]
    Moved,
    /// Objects without a key of ours.
    #[error(
        "the objects of this home are sealed by their bucket alone; change the key of the bucket"
    )]
    NoKey,
    /// The settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Opening the data.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The objects.
    #[error(transparent)]
    Objects(#[from] ObjectError),
}

/// Says which file an error of the system is about.
pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> UpkeepError {
    let path = PathBuf::from(path).display().to_string();
    move |source| UpkeepError::Io { path, source }
}

/// Runs `work` off the async threads, where it may block.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, UpkeepError> + Send + 'static,
) -> Result<T, UpkeepError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| DbError::Closed)?
}
