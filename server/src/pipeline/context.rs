//! What a step is given.

use bytes::Bytes;
use fovea_annotation::ContentHash;
use tokio::sync::watch;

use super::StepError;
use crate::backend::Backend;
use crate::db::Progress;
use crate::orchestrator::Claim;

/// The step in hand and what it works with.
pub(crate) struct StepContext {
    pub(crate) backend: Backend,
    pub(crate) claim: Claim,
    /// Who is alive tells the database how far the step is.
    pub(crate) progress: watch::Sender<Progress>,
}

impl StepContext {
    /// Says how far the step is.
    pub(super) fn told(&self, done: usize, of: usize) {
        let count = |number| u32::try_from(number).unwrap_or(u32::MAX);
        self.progress.send_replace(Progress {
            done: count(done),
            of: count(of),
        });
    }

    /// A blob that the step cannot do without; `what` names it where it is gone.
    pub(super) async fn blob(
        &self,
        sha256: ContentHash,
        code: &'static str,
        what: &str,
    ) -> Result<Bytes, StepError> {
        match self.backend.blob(sha256).await {
            Ok(bytes) => Ok(bytes),
            Err(problem) if problem.code == "blob_missing" => {
                let detail =
                    format!("{what} is damaged or gone; send the case again, then ask for a retry");
                Err(StepError::for_good(code, detail))
            }
            Err(problem) => Err(problem.into()),
        }
    }

    /// Stores bytes and returns their name.
    pub(super) async fn store(&self, bytes: Vec<u8>) -> Result<ContentHash, StepError> {
        let sha256 = ContentHash::of(&bytes);
        let owner = self.claim.run.created_by;
        self.backend.store_blob(sha256, bytes.into(), owner).await?;
        Ok(sha256)
    }
}
