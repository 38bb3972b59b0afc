//! What an event does.

mod account;
mod audit;
mod import;
mod labels;
mod returned;
mod review;
mod runs;
mod segment;
mod send;
mod server;
mod tile;
mod users;

use crate::{Connection, Effect, Event, NoticeKind, QueueSource, State};

/// Takes an event in: changes the state and returns what the outside must do next, in order.
pub fn handle(state: &mut State, event: Event) -> Vec<Effect> {
    use Event as E;
    match event {
        E::CasesListed(cases) => cases_listed(state, cases),
        E::ReturnedListed(list) => returned::listed(state, list),
        E::ChangesReceived => labels::received(state),
        E::LabelsSeen(seen) => labels::seen(state, *seen),
        E::CaseOpened { summary, bscans } => tile::case_opened(state, summary, bscans),
        E::TileOpened(loaded) => tile::tile_opened(state, *loaded),
        E::JournalDurable { tile, seq } => tile::journal_durable(state, tile, seq),
        E::JournalFailed { tile, sentence } => tile::journal_failed(state, tile, sentence),
        E::VersionSaved(version) => tile::version_saved(state, *version),
        E::SaveFailed { tile, sentence } => tile::save_failed(state, tile, sentence),
        E::VersionsOnServer(versions) => {
            if let Some(tile) = &mut state.tile {
                tile.on_server.extend(versions);
            }
            Vec::new()
        }
        E::ImportProgressed { done, total } => {
            state.import.running = Some((done, total));
            Vec::new()
        }
        E::ImportSettings {
            device_id,
            needs_device,
            known_devices,
        } => import::settings(state, device_id, needs_device, known_devices),
        E::Inspected { file, found } => import::inspected(state, file, found),
        E::ImportFinished { cases, refused } => import::finished(state, cases, refused),
        E::SendPrepared { done, total } => {
            state.sending.preparing = Some((done, total));
            Vec::new()
        }
        E::SendQueued { refused } => send::queued(state, refused),
        E::UploadsChanged(uploads) => send::changed(state, uploads),
        E::LabelsInspected { case, found } => import::labels_inspected(state, case, *found),
        E::LabelsImported { case, sentence } => import::labels_imported(state, case, sentence),
        E::ExportProgressed { done, total } => {
            state.export.running = Some((done, total));
            Vec::new()
        }
        E::Exported { sentence } => export_ended(state, Ok(sentence)),
        E::ExportFailed { sentence } => export_ended(state, Err(sentence)),
        E::SegmentProgressed {
            preparing,
            done,
            total,
        } => segment::progressed(state, preparing, done, total),
        E::TileSegmented(segmented) => segment::tile_segmented(state, &segmented),
        E::SegmentFinished { done, cancelled } => segment::finished(state, done, cancelled),
        E::SegmentFailed { sentence } => {
            state.segment = None;
            notice(state, NoticeKind::Error, sentence)
        }
        E::QueueLoaded { source, items } => queue_loaded(state, source, items),
        E::SyncChanged(report) => sync_changed(state, report),
        E::InferenceReady(report) => {
            state.inference = Some(report);
            Vec::new()
        }
        E::Measured(kind, sample_ms) => {
            state.latency.add(kind, sample_ms);
            Vec::new()
        }
        E::Failed { sentence } => {
            state.opening = None;
            state.opening_case = None;
            state.queue.loading = false;
            notice(state, NoticeKind::Error, sentence)
        }
        about_server => server::handle(state, about_server),
    }
}

fn notice(state: &mut State, kind: NoticeKind, text: String) -> Vec<Effect> {
    state.notices.push(kind, text);
    Vec::new()
}

/// The first list opens the newest case, so that work can begin without a click.
fn cases_listed(state: &mut State, cases: Vec<crate::CaseSummary>) -> Vec<Effect> {
    let is_first = state.cases.is_none();
    if let Some(open) = &mut state.case
        && let Some(fresh) = cases.iter().find(|c| c.id == open.summary.id)
    {
        open.summary = fresh.clone();
    }
    let newest = cases.first().map(|c| c.id);
    state.cases = Some(cases);
    match newest {
        Some(case) if is_first && state.case.is_none() => {
            state.opening_case = Some(case);
            vec![Effect::OpenCase(case)]
        }
        _ => Vec::new(),
    }
}

/// The dialog says what came of it; where it is closed, a notice does.
fn export_ended(state: &mut State, outcome: Result<String, String>) -> Vec<Effect> {
    (state.export.running, state.export.cancelling) = (None, false);
    if state.dialog != Some(crate::Dialog::Export) {
        let (kind, text) = match outcome {
            Ok(sentence) => (NoticeKind::Done, sentence),
            Err(sentence) => (NoticeKind::Error, sentence),
        };
        return notice(state, kind, text);
    }
    state.export.outcome = Some(outcome);
    Vec::new()
}

fn queue_loaded(
    state: &mut State,
    source: QueueSource,
    items: Vec<crate::QueueItem>,
) -> Vec<Effect> {
    state.queue.loading = false;
    state.queue.source = Some(source);
    state.queue.items = items;
    Vec::new()
}

/// When the server comes or goes, the queue is loaded again from where it can be had.
fn sync_changed(state: &mut State, report: crate::SyncReport) -> Vec<Effect> {
    let was_online = state.sync.connection == Connection::Online;
    let is_online = report.connection == Connection::Online;
    state.sync = report;
    if was_online == is_online {
        return Vec::new();
    }
    state.queue.loading = true;
    vec![Effect::LoadQueue {
        threshold: state.queue.threshold,
    }]
}
