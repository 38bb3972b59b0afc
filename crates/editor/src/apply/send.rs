//! Sending scans to the server: put on the desk, confirmed, paused, given up.

use crate::{
    Dialog, Effect, ImportDesk, NoticeKind, Passage, Purpose, ServerPage, Source, State, UploadId,
};

/// Puts the open case on a desk of its own.
pub(super) fn ask_for_case(state: &mut State) -> Vec<Effect> {
    let Some(case) = &state.case else {
        return Vec::new();
    };
    if state.desk.is_some() || state.import.running.is_some() {
        state.notices.push(
            NoticeKind::Info,
            "An import is under way; send the case when it has ended.",
        );
        return Vec::new();
    }
    let (id, title) = (case.summary.id, case.summary.title.clone());
    let source = Source::Case { case: id, title };
    let desk = state.desk.insert(ImportDesk::of(Purpose::Send));
    let file = desk.add_one(source, &mut state.next_file);
    state.dialog = Some(Dialog::Import);
    let inspect = file.map(|file| Effect::InspectCase { file, case: id });
    Some(Effect::LoadImportSettings)
        .into_iter()
        .chain(inspect)
        .collect()
}

/// Puts in line what is ready on the desk.
pub(super) fn start(state: &mut State) -> Vec<Effect> {
    let Some(order) = state.desk.as_ref().and_then(|desk| desk.send_order()) else {
        return Vec::new();
    };
    let desk = state.desk.take().unwrap_or_default();
    state.dialog = Some(Dialog::Server(ServerPage::Sending));
    state.sending.preparing = Some((0, order.items.len() as u32));
    state.sending.left_out = desk.left_out();
    vec![Effect::Send(order)]
}

/// Takes everything off the list that is on the server.
pub(super) fn clear_done(state: &mut State) -> Vec<Effect> {
    state.sending.left_out.clear();
    let done = state
        .sending
        .uploads
        .iter()
        .filter(|upload| upload.is_done());
    done.map(|upload| Effect::RemoveUpload(upload.id)).collect()
}

/// Stops an upload that has something left to send.
pub(super) fn pause(state: &State, id: UploadId) -> Vec<Effect> {
    match state.sending.upload(id) {
        Some(upload) if upload.can_pause() => vec![Effect::PauseUpload(id)],
        _ => Vec::new(),
    }
}

/// Goes on with an upload that waits for a person, or for the server.
pub(super) fn go_on(state: &State, id: UploadId) -> Vec<Effect> {
    match state.sending.upload(id).map(|upload| &upload.passage) {
        Some(Passage::Paused | Passage::Refused { .. }) => vec![Effect::ResumeUpload(id)],
        Some(Passage::Waiting { .. } | Passage::SignInNeeded) => vec![Effect::RetryUploads],
        _ => Vec::new(),
    }
}
