//! The import desk: files put on it, choices made, the start.

use super::send;
use crate::{DeskCommand, Dialog, Effect, ImportDesk, ImportProgress, NoticeKind, Purpose, State};
use std::path::PathBuf;

/// Opens the dialog with these files for `purpose`, or adds them to the open one, whose purpose stays.
pub(super) fn put_on_desk(state: &mut State, paths: Vec<PathBuf>, purpose: Purpose) -> Vec<Effect> {
    if paths.is_empty() {
        return Vec::new();
    }
    if state.import.running.is_some() {
        state.notices.push(
            NoticeKind::Info,
            "An import is under way; add more files when it has ended.",
        );
        return Vec::new();
    }
    let is_new = state.desk.is_none();
    let desk = state.desk.get_or_insert_with(|| ImportDesk::of(purpose));
    let is_import = desk.purpose == Purpose::Import;
    let to_read = desk.add(paths, &mut state.next_file);
    state.dialog = Some(Dialog::Import);
    let settings = is_new.then_some(Effect::LoadImportSettings);
    let open = state
        .case
        .as_ref()
        .filter(|_| is_import)
        .map(|case| case.summary.id);
    let inspect = (!to_read.is_empty()).then_some(Effect::Inspect {
        files: to_read,
        open,
    });
    settings.into_iter().chain(inspect).collect()
}

pub(super) fn at_desk(state: &mut State, wish: DeskCommand) -> Vec<Effect> {
    let Some(desk) = &mut state.desk else {
        return Vec::new();
    };
    if wish == DeskCommand::Start {
        return match desk.purpose {
            Purpose::Import => start(state),
            Purpose::Send => send::start(state),
        };
    }
    desk.apply(wish);
    if desk.files.is_empty() {
        state.dialog = None;
        return clear_desk(state);
    }
    Vec::new()
}

/// Imports what is ready. What stays out is in the report at the end.
fn start(state: &mut State) -> Vec<Effect> {
    let Some(order) = state.desk.as_ref().and_then(|desk| desk.order()) else {
        return Vec::new();
    };
    let desk = state.desk.take().unwrap_or_default();
    state.dialog = None;
    state.import = ImportProgress {
        running: Some((0, order.files.len() as u32)),
        refused: desk.left_out(),
        ..Default::default()
    };
    vec![Effect::Import(order)]
}

/// Stops what reads or imports. What is on the desk unread leaves it.
pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    if let Some(desk) = state.desk.as_mut().filter(|desk| desk.reading_count() > 0) {
        desk.drop_unread();
        if desk.files.is_empty() {
            (state.desk, state.dialog) = (None, None);
        }
        return vec![Effect::CancelImport];
    }
    if state.import.running.is_none() || state.import.cancelling {
        return Vec::new();
    }
    state.import.cancelling = true;
    vec![Effect::CancelImport]
}

/// Nothing on the desk is imported.
pub(super) fn clear_desk(state: &mut State) -> Vec<Effect> {
    let was_reading = state
        .desk
        .take()
        .is_some_and(|desk| desk.reading_count() > 0);
    was_reading
        .then_some(Effect::CancelImport)
        .into_iter()
        .collect()
}
