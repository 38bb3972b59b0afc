//! Reports about scans on their way to the server.

use crate::{Effect, NoticeKind, Passage, Refusal, State, Upload};

pub(super) fn queued(state: &mut State, refused: Vec<Refusal>) -> Vec<Effect> {
    state.sending.preparing = None;
    state.sending.left_out.extend(refused);
    Vec::new()
}

/// The list as it is now. Whatever got there, or was turned away, since the last list is told.
pub(super) fn changed(state: &mut State, uploads: Vec<Upload>) -> Vec<Effect> {
    for fresh in &uploads {
        let before = state.sending.uploads.iter().find(|old| old.id == fresh.id);
        let Some(before) = before.map(|old| &old.passage) else {
            continue;
        };
        match (&fresh.passage, before) {
            (Passage::Done { .. }, Passage::Done { .. })
            | (Passage::Refused { .. }, Passage::Refused { .. }) => {}
            (Passage::Done { .. }, _) => {
                let text = format!(
                    "The server has {} as case {}.",
                    fresh.name,
                    fresh.case.short()
                );
                state.notices.push(NoticeKind::Done, text);
            }
            (Passage::Refused { why }, _) => {
                let text = format!("The server did not take {}. {why}", fresh.name);
                state.notices.push(NoticeKind::Error, text);
            }
            _ => {}
        }
    }
    state.sending.uploads = uploads;
    Vec::new()
}
