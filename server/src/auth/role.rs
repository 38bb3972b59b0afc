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
    /// A program that reads metrics, and nothing else.
    Monitor,
}

/// A role name that does not exist.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no role “{0}”; use labeler, reviewer, researcher, ml-engineer, admin, auditor worker or monitor"
)]
pub struct UnknownRole(String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 8] = [
        Self::Labeler,
        Self::Reviewer,
        Self::Researcher,
        Self::MlEngineer,
        Self::Admin,
        Self::Auditor,
        Self::Worker,
        Self::Monitor,
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
            Self::Monitor => "monitor",
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
