//! Why an exchange with the server failed, and what that means for the next one.

use std::time::Duration;

use fovea_local_store::StoreError;

/// A request that brought no answer, or a bad one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke.
    #[error(
        "The server does not answer ({why}); work goes on, and is sent by itself when the server is back"
    )]
    Unreachable {
        /// What the network said.
        why: String,
    },
    /// The token is unknown, expired or absent.
    #[error(
        "The server does not accept this sign-in; sign in again: saving goes on, and what is queued is kept"
    )]
    Unauthorized,
    /// The server gave a new token, and it could not be kept.
    #[error(
        "The next sign-in could not be kept ({why}); see to free space, and sign in again: what is queued is kept"
    )]
    SignInNotKept {
        /// What the system said.
        why: String,
    },
    /// The server asks to come back later.
    #[error("The server is busy ({detail}); the work is queued and sent later by itself")]
    Busy {
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
        /// What it said.
        detail: String,
    },
    /// The server will never take this request.
    #[error("The server refused a request: {detail} ({code})")]
    Refused {
        /// Stable name of the reason.
        code: String,
        /// What it said.
        detail: String,
    },
    /// The answer is not of this protocol.
    #[error(
        "The server does not speak this version of the protocol ({why}); update Fovea or the server"
    )]
    Incompatible {
        /// What is wrong.
        why: String,
    },
}

impl TransportError {
    /// When the server wants to be asked again, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

/// Why a round stopped before its end.
#[derive(Debug, thiserror::Error)]
pub enum RoundError {
    /// The server.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The local store.
    #[error(transparent)]
    Store(#[from] StoreError),
}
