//! Roles.

use std::str::FromStr;

/// What kind of work an account does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Labels tiles.
    Labeler,
    /// Reviews labels of others.
    Reviewer,
    /// Uploads scans and starts runs.
    Researcher,
    /// Registers models.
    MlEngineer,
    /// Runs the server.
    Admin,
    /// Reads the audit log, writes nothing.
    Auditor,
    /// A program that computes predictions.
    Worker,
}

/// A role name that does not exist.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no role “{0}”; use labeler, reviewer, researcher, ml-engineer, admin, auditor or worker"
)]
pub struct UnknownRole(String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::Labeler,
        Self::Reviewer,
        Self::Researcher,
        Self::MlEngineer,
        Self::Admin,
        Self::Auditor,
        Self::Worker,
    ];

    /// Its name in commands, the database and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Labeler => "labeler",
            Self::Reviewer => "reviewer",
            Self::Researcher => "researcher",
            Self::MlEngineer => "ml-engineer",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Worker => "worker",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}
