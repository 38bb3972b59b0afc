//! Labels that came back from review.

use crate::{Effect, NoticeKind, ReturnedLabel, State};

/// Those that are new are told, each with the reviewer's words.
pub(super) fn listed(state: &mut State, list: Vec<ReturnedLabel>) -> Vec<Effect> {
    for label in state.returned.take(list) {
        let text = format!(
            "{} sent B-scan {} of {} back: {}",
            label.reviewer,
            label.bscan_index + 1,
            label.case_title,
            label.comment
        );
        state.notices.push(NoticeKind::Info, text);
    }
    Vec::new()
}
