//! Closing the window.

use crate::state::AfterSave;
use crate::{CloseChoice, Dialog, Effect, NoticeKind, State};

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
