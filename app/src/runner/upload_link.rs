//! The upload engine's reports, as the editor understands them.

use std::sync::Arc;

use fovea_editor::{Effect, Event, Passage, Upload, UploadId};
use fovea_local_store::SystemClock;
use fovea_sync::{
    HttpTransport, SeededRandom, UploadEngine, UploadHandle, UploadParts, UploadView,
};

use super::config::RunnerError;
use super::lines::Parts;

/// Starts the engine. Without a server everything waits.
pub(super) fn start(
    transport: Option<HttpTransport>,
    parts: &Parts,
) -> Result<UploadEngine, RunnerError> {
    let reporter = parts.reporter.clone();
    let parts = UploadParts {
        store: parts.store.sibling()?,
        transport,
        clock: Arc::new(SystemClock),
        random: Box::new(SeededRandom::from_system()),
        sink: move |views: Vec<UploadView>| {
            let uploads = views.into_iter().map(upload).collect();
            reporter.send(Event::UploadsChanged(uploads));
        },
    };
    Ok(UploadEngine::start(parts)?)
}

/// Passes a person's wish on.
pub(super) fn carry_out(uploads: &UploadHandle, effect: &Effect) {
    match effect {
        Effect::PauseUpload(id) => uploads.pause(id.0),
        Effect::ResumeUpload(id) => uploads.resume(id.0),
        Effect::RemoveUpload(id) => uploads.remove(id.0),
        _ => uploads.look(),
    }
}

fn upload(view: UploadView) -> Upload {
    Upload {
        id: UploadId(view.upload),
        name: view.name,
        case: view.case_id,
        length: view.length,
        received: view.received,
        passage: passage(view.passage),
    }
}

fn passage(passage: fovea_sync::Passage) -> Passage {
    use fovea_sync::Passage as P;
    match passage {
        P::InLine => Passage::InLine,
        P::Sending { bytes_per_s } => Passage::Sending { bytes_per_s },
        P::Checking => Passage::Checking,
        P::Waiting { why } => Passage::Waiting { why },
        P::SignInNeeded => Passage::SignInNeeded,
        P::NoServer => Passage::NoServer,
        P::Paused => Passage::Paused,
        P::Refused { why } => Passage::Refused { why },
        P::Done { remark } => Passage::Done { remark },
    }
}
