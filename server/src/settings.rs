//! `server.toml` in the data folder: what an administrator sets for this data. Without it everything is in the folder.
//!
//! The file holds no secret: it names files that do.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::db::{DatabaseSource, DbError, PostgresSource};
use crate::limits::LimitsSection;
use crate::listen::TlsSection;
use crate::objects::{ObjectSettings, ObjectsSection};
use crate::oidc::{OidcSection, OidcSettings};
use crate::orchestrator::Timing;

const FILE: &str = "server.toml";

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file, or one that it names, cannot be read.
    #[error("{file} cannot be read: {source}; check its path and permissions")]
    Read {
        /// Name of the file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("server.toml cannot be used: {0}; docs/OPERATIONS.md lists every setting")]
    Format(String),
    /// The database it names.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// The settings in force.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Where the metadata is.
    pub(crate) database: DatabaseSource,
    /// Where the objects are.
    pub(crate) objects: ObjectSettings,
    /// The times that runs go by.
    pub(crate) orchestrator: Timing,
    /// Who may decide about labels.
    pub(crate) review: ReviewRules,
    /// What one client may ask for.
    pub(crate) limits: LimitsSection,
    /// The server's certificate.
    pub(crate) tls: Option<TlsSection>,
    /// A second file for the heads of the audit log.
    pub(crate) audit_heads: Option<PathBuf>,
    /// What new cases are.
    pub(crate) cases: CasesSection,
    /// The site's identity provider.
    pub(crate) oidc: Option<OidcSettings>,
}

/// `[review]`: rules of deciding about labels.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ReviewRules {
    /// Reviewers may review, approve and adjudicate their own work: for sites with one expert.
    pub(crate) own: bool,
}

/// `[cases]`: what a new case is.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CasesSection {
    /// Seen by its owner and administrators only, until it is shared.
    pub(crate) restricted: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    database: Option<DatabaseSection>,
    objects: ObjectsSection,
    orchestrator: Timing,
    review: ReviewRules,
    limits: LimitsSection,
    tls: Option<TlsSection>,
    audit: AuditSection,
    cases: CasesSection,
    oidc: Option<OidcSection>,
}

/// `[audit]`: where the heads of the log are written down beside the data folder.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct AuditSection {
    /// File that gets them too, such as one on another disk.
    heads_file: Option<PathBuf>,
}

/// `[database]`: a PostgreSQL server instead of a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatabaseSection {
    /// File with the URL on its first line, password and all.
    url_file: PathBuf,
    /// PEM file of who vouches for a server on another machine.
    certificates: Option<PathBuf>,
}

impl Settings {
    /// Reads the settings of the data folder `folder`; paths in them are relative to it.
    pub(crate) fn read(folder: &Path) -> Result<Self, SettingsError> {
        let path = folder.join(FILE);
        let file: File = match std::fs::read_to_string(&path) {
            Ok(text) => {
                toml::from_str(&text).map_err(|e| SettingsError::Format(e.message().to_owned()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(error) => return Err(read_error(&path, error)),
        };
        let database = match file.database {
            None => DatabaseSource::Sqlite(folder.join("fovea.db")),
            Some(section) => section.source(folder)?,
        };
        let objects = file.objects.settings(folder);
        let oidc = file.oidc.map(|section| section.settings(folder));
        if let Some(fault) = file.orchestrator.fault() {
            return Err(SettingsError::Format(format!("[orchestrator]: {fault}")));
        }
        if let Some(fault) = file.limits.fault() {
            return Err(SettingsError::Format(format!("[limits]: {fault}")));
        }
        Ok(Self {
            database,
            objects: objects.map_err(SettingsError::Format)?,
            orchestrator: file.orchestrator,
            review: file.review,
            limits: file.limits,
            tls: file.tls.map(|section| section.in_folder(folder)),
            audit_heads: file.audit.heads_file.map(|path| folder.join(path)),
            cases: file.cases,
            oidc: oidc.transpose().map_err(SettingsError::Format)?,
        })
    }
}

impl DatabaseSection {
    fn source(self, folder: &Path) -> Result<DatabaseSource, SettingsError> {
        let path = folder.join(self.url_file);
        let text = std::fs::read_to_string(&path).map_err(|error| read_error(&path, error))?;
        let url = text.lines().next().unwrap_or_default();
        let certificates = self.certificates.map(|path| folder.join(path));
        Ok(DatabaseSource::Postgres(PostgresSource::parse(
            url,
            certificates,
        )?))
    }
}

fn read_error(path: &Path, source: std::io::Error) -> SettingsError {
    SettingsError::Read {
        file: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_file_everything_is_in_the_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = Settings::read(folder.path()).expect("defaults");
        assert!(matches!(settings.database, DatabaseSource::Sqlite(_)));
    }

    #[test]
    fn a_file_is_refused_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let cases = [
            ("[databse]\nurl_file = \"x\"", "unknown field"),
            ("[database]\nurl = \"x\"", "unknown field"),
            ("[orchestrator]\nlease_ms = 5", "at least 200"),
            ("[orchestrator]\nlease_s = 5", "unknown field"),
            ("[review]\nown = \"yes\"", "invalid type"),
            ("[limits]\ntoken_burst = 0", "at least 1"),
            ("[limits]\nsurprise = 1", "unknown field"),
            ("[tls]\nkey = \"k\"", "missing field"),
            ("[database]\nurl_file = \"missing\"", "cannot be read"),
        ];
        for (text, says) in cases {
            std::fs::write(folder.path().join(FILE), text).expect("writes");
            let error = Settings::read(folder.path()).expect_err("is refused");
            assert!(error.to_string().contains(says), "{error}");
        }
        std::fs::write(folder.path().join("missing"), "nonsense").expect("writes");
        let error = Settings::read(folder.path()).expect_err("is refused");
        assert!(error.to_string().contains("postgres://"), "{error}");
    }
}
