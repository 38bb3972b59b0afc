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
mod blobs;
mod busy_work;
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
mod oidc;
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
pub use audit::{AuditExport, ExportError, verify_export};
pub use auth::{Access, ROUTES, Role, RouteAccess, UnknownRole};
pub use background::Parts;
pub use clock::Clock;
pub use config::Config;
pub use db::{DatabaseSource, DbError, PostgresSource};
pub use fovea_audit::{AuditFault, AuditPublicKey, AuditReport, NoAuditKey};
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

use audit::Evidence;
use db::TransactionKind;

/// Checks the audit log of the data in `data`; see [`AuditFault`] for what it finds.
pub fn verify_audit(data: &Path) -> Result<AuditReport, StartError> {
    verify_audit_against(data, None, None)
}

/// As [`verify_audit`], with heads that an auditor has kept, and the key that they must be signed with.
pub fn verify_audit_against(
    data: &Path,
    heads: Option<&Path>,
    key: Option<AuditPublicKey>,
) -> Result<AuditReport, StartError> {
    let folder = backend::DataFolder::open(data)?;
    let database = folder.settings()?.database;
    let mut evidence = Evidence {
        heads: folder.all_audit_heads()?,
        key: key.or(audit::public_key_in(&folder.audit_key())?),
    };
    evidence.heads.extend(heads.map(Path::to_owned));
    Ok(db::on_own_thread(|| audit::verify(&database, &evidence))?)
}

/// What the signatures of the audit log in `data` are checked with. The key is made where there is none.
pub fn audit_key(data: &Path) -> Result<AuditPublicKey, StartError> {
    let folder = backend::DataFolder::open(data)?;
    let database = folder.settings()?.database;
    db::on_own_thread(|| {
        let connection = database.open_writer()?;
        Ok(shared_keys::audit_seal(&connection, &folder)?.key.public())
    })
}

/// Makes the database of the data in `data`, or brings it up to this program's schema.
pub fn migrate(data: &Path) -> Result<(), StartError> {
    let folder = backend::DataFolder::open(data)?;
    let database = folder.settings()?.database;
    db::on_own_thread(|| {
        let connection = database.open_writer()?;
        // Data that nobody has used have no key yet: they may be filled with those of another home, and its key.
        if !db::is_unused(&connection)? {
            // Lines of a program that did not sign are signed as they are found.
            let seal = shared_keys::audit_seal(&connection, &folder)?;
            connection.in_transaction(TransactionKind::Write, |c| seal.sign_head(c))?;
        }
        Ok(())
    })
}
