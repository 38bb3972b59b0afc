//! The pipeline: preproc → segment → metrics over one case.
//!
//! A step reads what the step before wrote as a document in the object store, and writes its own. Bytes decide: nothing
//! in a document depends on when, where or how often it was computed, so the same manifest gives the same bytes.

mod context;
mod documents;
mod error;
mod histogram;
mod metrics;
mod metrics_csv;
mod model;
mod preproc;
mod segment;
mod thickness;

use std::panic::AssertUnwindSafe;

use fovea_protocol::StepKind;
use futures_util::FutureExt as _;

use crate::db::Artifact;

pub(crate) use context::StepContext;
pub(crate) use error::StepError;
pub(crate) use model::ModelRunner;

/// Carries out the step in hand and returns what it made; the bytes are stored.
pub(crate) async fn run_step(
    context: &StepContext,
    model: &mut ModelRunner,
) -> Result<Vec<Artifact>, StepError> {
    let work = async {
        match context.claim.kind {
            StepKind::Preproc => preproc::run(context).await,
            StepKind::Segment => segment::run(context, model).await,
            StepKind::Metrics => metrics::run(context).await,
        }
    };
    // A step that panics ends, and its worker goes on. What it held is dropped with it.
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(StepError::stopped()))
}
