//! Checking a log that was downloaded: an auditor needs neither the database nor the server, only the pages of
//! `GET /v1/audit` one after another, a file with heads, and the key.

use std::io::{BufReader, Read};
use std::path::Path;

use fovea_audit::{AuditPublicKey, AuditReport, LogCheck};
use fovea_protocol::AuditPage;
use uuid::Uuid;

use super::heads::read_heads;

/// What an auditor has.
#[derive(Clone, Copy, Debug)]
pub struct AuditExport<'a> {
    /// Pages of `GET /v1/audit`, one after another.
    pub log: &'a Path,
    /// A file with heads.
    pub heads: &'a Path,
    /// What the heads must be signed with.
    pub key: AuditPublicKey,
    /// Whose log it is: `server_id` of `GET /v1/audit/head`.
    pub server_id: Uuid,
}

/// Why an export cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// A file cannot be read.
    #[error("{file} cannot be read: {source}; check its path and permissions")]
    Read {
        /// Which file.
        file: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The log is no pages of `GET /v1/audit`.
    #[error("the log cannot be read: {0}; save the answers of GET /v1/audit one after another")]
    Format(serde_json::Error),
    /// There is nothing that the log could be checked against.
    #[error("{file} holds no heads; take the file audit-heads.txt of the server, or its copy")]
    NoHeads {
        /// Which file.
        file: String,
    },
}

/// Checks a log that was downloaded.
pub fn verify_export(export: &AuditExport<'_>) -> Result<AuditReport, ExportError> {
    let read = |path: &Path, source| ExportError::Read {
        file: path.display().to_string(),
        source,
    };
    let written = read_heads(export.heads).map_err(|source| read(export.heads, source))?;
    if written.heads.is_empty() {
        let file = export.heads.display().to_string();
        return Err(ExportError::NoHeads { file });
    }
    let file = std::fs::File::open(export.log).map_err(|source| read(export.log, source))?;
    let mut check = LogCheck::new(&written, export.server_id, &export.key);
    for page in pages(BufReader::new(file)) {
        check.take(page.map_err(ExportError::Format)?);
    }
    Ok(check.end())
}

fn pages(text: impl Read) -> impl Iterator<Item = serde_json::Result<AuditPage>> {
    serde_json::Deserializer::from_reader(text).into_iter()
}
