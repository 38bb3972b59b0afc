//! The parts that every request works with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fovea_intake::{Intake, Policy};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::accounts::SignIns;
use crate::audit::AuditPlace;
use crate::clock::Clock;
use crate::db::{self, DatabaseSource, Db};
use crate::folder_lock::FolderLock;
use crate::limits::{LimitsSection, Rates};
use crate::metrics::Metrics;
use crate::objects::Objects;
use crate::oidc::Provider;
use crate::orchestrator::Timing;
use crate::problem::Problem;
use crate::server::StartError;
use crate::settings::{ReviewRules, Settings, SettingsError};
use crate::shared_keys::SharedKeys;
use crate::upkeep::{MOVED_MARK, UNFINISHED_FILE};
use crate::uploads::Spool;

/// Blobs that are taken in at a time: each is held whole in memory until it is hashed.
const UPLOADS_MAX: usize = 8;

/// Scans that pass the firewall at a time: each is decoded whole in memory.
const INTAKES_MAX: usize = 2;

/// Files of a data folder.
#[derive(Clone, Debug)]
pub(crate) struct DataFolder(PathBuf);

impl DataFolder {
    /// The folder at `path`; made, and closed to others, when it is missing.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(path)?;
        Ok(Self(path.to_owned()))
    }

    /// What the administrator has set for this data.
    pub(crate) fn settings(&self) -> Result<Settings, SettingsError> {
        Settings::read(&self.0)
    }

    /// Its path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Says that a command has begun to fill this home and is not done.
    pub(crate) fn unfinished(&self) -> PathBuf {
        self.0.join(UNFINISHED_FILE)
    }

    /// Heads of the audit log.
    pub(crate) fn audit_heads(&self) -> PathBuf {
        self.0.join("audit-heads.txt")
    }

    /// Every file that gets the heads of the audit log.
    pub(crate) fn all_audit_heads(&self) -> Result<Vec<PathBuf>, SettingsError> {
        let elsewhere = self.settings()?.audit_heads;
        Ok([self.audit_heads()].into_iter().chain(elsewhere).collect())
    }

    /// The key that signs them.
    pub(crate) fn audit_key(&self) -> PathBuf {
        self.0.join("audit.key")
    }

    /// The key under which identifiers are replaced.
    pub(crate) fn site_key(&self) -> PathBuf {
        self.0.join("site.key")
    }

    /// Uploads under way.
    pub(crate) fn uploads(&self) -> PathBuf {
        self.0.join("uploads")
    }

    /// Key of uploads under way, where objects have none.
    pub(crate) fn upload_key(&self) -> PathBuf {
        self.0.join("uploads.agekey")
    }

    /// Says that a process works on these data, where they are in a file: beside others, or, for a command that changes
    /// everything, alone.
    pub(crate) fn lock(&self, is_alone: bool) -> Result<Option<FolderLock>, StartError> {
        match self.unfinished().exists() {
            true => Err(StartError::Unfinished),
            false => self.take("serve.lock", is_alone),
        }
    }

    /// As [`Self::lock`], alone, for who fills an empty home.
    pub(crate) fn lock_to_fill(&self) -> Result<Option<FolderLock>, StartError> {
        self.take("serve.lock", true)
    }

    /// As [`Self::lock`], for the one process that answers requests.
    pub(crate) fn lock_for_api(&self) -> Result<[Option<FolderLock>; 2], StartError> {
        Ok([self.lock(false)?, self.take("api.lock", true)?])
    }

    fn take(&self, name: &str, is_alone: bool) -> Result<Option<FolderLock>, StartError> {
        match self.settings()?.database {
            DatabaseSource::Postgres(_) => Ok(None),
            DatabaseSource::Sqlite(_) => match FolderLock::take(&self.0.join(name), is_alone)? {
                Some(lock) => Ok(Some(lock)),
                None => Err(StartError::InUse),
            },
        }
    }
}

/// Database, objects, uploads, audit heads, metrics and clock; clones share them.
#[derive(Clone)]
pub(crate) struct Backend {
    pub(crate) db: Db,
    pub(crate) objects: Objects,
    pub(crate) spool: Spool,
    pub(crate) clock: Clock,
    /// The times that runs go by.
    pub(crate) timing: Timing,
    /// Who may decide about labels.
    pub(crate) review: ReviewRules,
    /// Held by whoever scores the queue again.
    pub(crate) recompute: Arc<tokio::sync::Mutex<()>>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) sign_ins: Arc<SignIns>,
    /// What one client may ask for, and what each has asked for lately.
    pub(crate) limits: LimitsSection,
    pub(crate) rates: Rates,
    /// What is counted.
    pub(crate) metrics: Metrics,
    /// When the data were opened.
    pub(crate) started_at_us: i64,
    /// The site's identity provider, where it has one.
    pub(crate) oidc: Option<Arc<Provider>>,
    intakes: Arc<Semaphore>,
    pub(crate) audit: Arc<AuditPlace>,
    uploads: Arc<Semaphore>,
}

impl Backend {
    /// Opens the data of `folder`.
    pub(crate) fn open(folder: &DataFolder, clock: Clock) -> Result<Self, StartError> {
        let Settings {
            database,
            objects,
            orchestrator,
            review,
            limits,
            tls: _,
            audit_heads: _,
            cases,
            oidc,
        } = folder.settings()?;
        let connection = database.open_writer()?;
        if db::pinned(&connection, MOVED_MARK)?.is_some() {
            return Err(StartError::Moved);
        }
        db::set_new_cases(&connection, cases.restricted)?;
        let keys = SharedKeys::load(&connection, folder, &objects.place)?;
        let audit = AuditPlace::open(&connection, keys.audit, folder.all_audit_heads()?)?;
        let audit = Arc::new(audit);
        let db = Db::with_writer(&database, connection, AuditPlace::seal_group(&audit))?;
        Ok(Self {
            rates: Rates::new(&limits),
            limits,
            metrics: Metrics::new(db.write_groups().clone()),
            started_at_us: clock.now_us(),
            spool: Spool::open(folder.uploads(), keys.uploads)?,
            objects: Objects::open(&objects.place, keys.objects, objects.cache_bytes)?
                .with_small(db.readers().clone()),
            db,
            timing: orchestrator,
            review,
            recompute: Arc::default(),
            intake: Arc::new(Intake::new(Policy::default(), keys.site)),
            sign_ins: Arc::new(SignIns::new()),
            oidc: match oidc {
                Some(settings) => Some(Arc::new(Provider::new(settings, clock.clone())?)),
                None => None,
            },
            intakes: Arc::new(Semaphore::new(INTAKES_MAX)),
            uploads: Arc::new(Semaphore::new(UPLOADS_MAX)),
            audit,
            clock,
        })
    }

    /// Waits for a turn to take in a blob; the turn ends when the permit is dropped.
    pub(crate) async fn upload_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.uploads)
            .acquire_owned()
            .await
            .map_err(|_| db::DbError::Closed.into())
    }

    /// Waits for a turn to let a scan through the firewall.
    pub(crate) async fn intake_turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.intakes)
            .acquire_owned()
            .await
            .map_err(|_| db::DbError::Closed.into())
    }
}
