//! Why something was not written. The kinds tell whose fault it is: the command line has a code for each.

use fovea_imaging::WriteError;

use super::words::sentence;

/// Why a scan or a case was not written; one sentence.
#[derive(Debug, thiserror::Error)]
pub enum NotWritten {
    /// The store did not give the case, or a person stopped it.
    #[error("{0}")]
    Unread(String),
    /// The form cannot hold it, something of that name is there, or the disk is in the way.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Labels were given for a form that is of the scan alone.
    #[error("{form} holds no labels; {instead}.")]
    HoldsNoLabels {
        /// Name of the form.
        form: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
}

impl NotWritten {
    pub(super) fn unread(error: impl std::fmt::Display) -> Self {
        Self::Unread(sentence(error))
    }
}
