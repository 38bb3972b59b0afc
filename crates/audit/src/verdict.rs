//! What a check of a downloaded log came to, for a person.

use std::path::PathBuf;

use uuid::Uuid;

/// What was found, and against what.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditVerdict {
    /// Whose log it is.
    pub server_id: Uuid,
    /// The key that the heads were checked with, in hexadecimal.
    pub key: String,
    /// Lines checked.
    pub lines: u64,
    /// Heads that this machine had kept from checks before; with none there was only the server's own word.
    pub kept_heads: u64,
    /// Everything that is wrong, a sentence each; empty is good.
    pub faults: Vec<String>,
    /// What to keep for the next check, as text; empty where something is wrong.
    pub keep: String,
    /// The files that were written.
    pub saved: Option<AuditFiles>,
}

/// What an auditor needs to check the log elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditFiles {
    /// The pages of the log.
    pub log: PathBuf,
    /// The heads.
    pub heads: PathBuf,
}

impl AuditVerdict {
    /// The command that checks the files on another machine.
    pub fn command(&self) -> Option<String> {
        let files = self.saved.as_ref()?;
        Some(format!(
            "fovea-server verify-audit --log '{}' --heads '{}' --key {} --server-id {}",
            files.log.display(),
            files.heads.display(),
            self.key,
            self.server_id
        ))
    }
}
