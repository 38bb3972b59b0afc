//! The export dialog.

use crate::{Dialog, Effect, ExportFormat, ExportOrder, State};
use std::path::PathBuf;

pub(super) fn ask(state: &mut State) -> Vec<Effect> {
    if state.case.is_some() {
        state.dialog = Some(Dialog::Export);
        state.export.outcome = None;
    }
    Vec::new()
}

pub(super) fn set_format(state: &mut State, format: ExportFormat) -> Vec<Effect> {
    if state.export.running.is_none() {
        (state.export.format, state.export.outcome) = (format, None);
    }
    Vec::new()
}

pub(super) fn set_folder(state: &mut State, folder: PathBuf) -> Vec<Effect> {
    if state.export.running.is_none() {
        (state.export.folder, state.export.outcome) = (Some(folder), None);
    }
    Vec::new()
}

pub(super) fn start(state: &mut State) -> Vec<Effect> {
    let export = &mut state.export;
    let (Some(case), Some(folder), None) = (&state.case, &export.folder, export.running) else {
        return Vec::new();
    };
    let order = ExportOrder {
        case: case.summary.id,
        format: export.format,
        folder: folder.clone(),
    };
    export.running = Some((0, case.summary.bscan_count));
    (export.cancelling, export.outcome) = (false, None);
    vec![Effect::Export(order)]
}

pub(super) fn cancel(state: &mut State) -> Vec<Effect> {
    let export = &mut state.export;
    if export.running.is_none() || export.cancelling {
        return Vec::new();
    }
    export.cancelling = true;
    vec![Effect::CancelExport]
}
