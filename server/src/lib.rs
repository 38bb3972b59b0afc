//! The backend of Fovea: cases, tiles, the queue, label versions with their audit log, blobs.
//!
//! One process is a whole server: HTTP in `http`, use cases in `ops` and `labels`, metadata in `db` (SQLite),
//! bytes in `objects` (encrypted files). Nothing is updated or deleted in place; every answer that says "taken" is
//! given after the commit is on disk.

mod accounts;
mod active_learning;
mod audit;
mod auth;
mod backend;
mod background;
mod clock;
mod config;
mod db;
mod folder_lock;
mod http;
mod intake;
mod labels;
mod limits;
mod listen;
mod metrics;
mod objects;
mod ops;
mod orchestrator;
mod pipeline;
mod port_file;
mod problem;
mod runs;
mod scrub;
mod secret_file;
mod server;
mod settings;
mod shared_keys;
mod status;
mod upkeep;
mod uploads;
mod worker;
mod worker_process;

pub use accounts::{AccountError, create_user, make_first_admin};
pub use audit::{AuditFault, AuditReport};
pub use auth::{Access, ROUTES, Role, RouteAccess, UnknownRole};
pub use background::Parts;
pub use clock::Clock;
pub use config::Config;
pub use db::{DatabaseSource, DbError, PostgresSource};
pub use http::openapi_json;
pub use listen::TlsError;
pub use objects::ObjectError;
pub use scrub::{ScrubReport, scrub};
pub use server::{Handle, Server, StartError};
pub use settings::SettingsError;
pub use shared_keys::KeyError;
pub use upkeep::{
    BackupReport, BackupToCheck, MoveReport, Progress, RestoreReport, RotationReport, UpkeepError,
    backup, check_backup, move_store, restore, rotate_object_key,
};
pub use worker_process::{WorkerConfig, WorkerHandle, start_worker};

use std::path::Path;

/// Checks the audit log of the data in `data`; see [`AuditFault`] for what it finds.
pub fn verify_audit(data: &Path) -> Result<AuditReport, StartError> {
    let folder = backend::DataFolder::open(data)?;
    let database = folder.settings()?.database;
    Ok(db::on_own_thread(|| {
        audit::verify(&database, &folder.audit_heads())
    })?)
}

/// Makes the database of the data in `data`, or brings it up to this program's schema.
pub fn migrate(data: &Path) -> Result<(), StartError> {
    let folder = backend::DataFolder::open(data)?;
    let database = folder.settings()?.database;
    Ok(db::on_own_thread(|| database.open_writer().map(drop))?)
}
