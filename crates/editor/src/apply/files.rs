//! Import, export and closing the window.

use crate::state::AfterSave;
use crate::{CloseChoice, Dialog, Effect, NoticeKind, State};
use std::path::PathBuf;

pub(super) fn import(state: &mut State, paths: Vec<PathBuf>) -> Vec<Effect> {
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
    state.import = crate::ImportProgress {
        running: Some((0, paths.len() as u32)),
        ..Default::default()
    };
    vec![Effect::Import(paths)]
}

pub(super) fn cancel_import(state: &mut State) -> Vec<Effect> {
    if state.import.running.is_none() || state.import.cancelling {
        return Vec::new();
    }
    state.import.cancelling = true;
    vec![Effect::CancelImport]
}

pub(super) fn ask_export(state: &mut State) -> Vec<Effect> {
    if state.case.is_some() {
        vec![Effect::PickExportFolder]
    } else {
        Vec::new()
    }
}

pub(super) fn export_to(state: &mut State, folder: PathBuf) -> Vec<Effect> {
    let case = state.case.as_ref().map(|c| c.summary.id);
    case.map(|case| Effect::Export { case, folder })
        .into_iter()
        .collect()
}

/// Unsaved work asks first; otherwise the window closes at once. A journal entry that is still in hand also asks:
/// closing would lose it if the disk refuses it.
pub(super) fn request_close(state: &mut State) -> Vec<Effect> {
    if state.has_unsaved_work() {
        state.dialog = Some(Dialog::UnsavedWork);
        return Vec::new();
    }
    vec![Effect::Quit]
}

pub(super) fn answer_close(state: &mut State, choice: CloseChoice) -> Vec<Effect> {
    state.dialog = None;
    match choice {
        CloseChoice::Stay => Vec::new(),
        CloseChoice::KeepInJournal => vec![Effect::Quit],
        CloseChoice::Save => {
            if state.opening.is_some() {
                state.notices.push(
                    NoticeKind::Info,
                    "A B-scan is being opened; close again in a moment.",
                );
                return Vec::new();
            }
            super::versions::save_then(state, AfterSave::Close)
        }
    }
}
