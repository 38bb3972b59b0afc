//! What a command does. One file per kind of command; this one only tells them apart.

mod account;
mod audit;
mod export;
mod files;
mod import;
mod labels;
mod navigate;
mod review;
mod runs;
mod send;
mod stroke;
mod users;
mod versions;
mod view;

pub(crate) use navigate::open_tile;
pub(crate) use versions::granted;

use crate::state::AfterSave;
use crate::{Command, Dialog, Effect, Purpose, ServerPage, State};

/// Applies a command: changes the state and returns what the outside must do, in order. A command that makes no sense
/// now (an undo with nothing to take back, a stroke without a tile) does nothing.
pub fn apply(state: &mut State, command: Command) -> Vec<Effect> {
    use Command as C;
    match command {
        C::OpenFiles => vec![Effect::PickFiles],
        C::OpenFolder => vec![Effect::PickFolder],
        C::Import(paths) => import::put_on_desk(state, paths, Purpose::Import),
        C::Desk(wish) => import::at_desk(state, wish),
        C::CancelImport => import::cancel(state),
        C::OpenFilesToSend => vec![Effect::PickFilesToSend],
        C::SendFiles(paths) => import::put_on_desk(state, paths, Purpose::Send),
        C::SendCase => send::ask_for_case(state),
        C::PauseUpload(id) => send::pause(state, id),
        C::ContinueUpload(id) => send::go_on(state, id),
        C::RemoveUpload(id) => vec![Effect::RemoveUpload(id)],
        C::ClearDoneUploads => send::clear_done(state),
        C::Account(wish) => account::apply(state, wish),
        C::Audit(wish) => audit::apply(state, wish),
        C::Review(wish) => review::apply(state, wish),
        C::Runs(wish) => runs::apply(state, wish),
        C::Users(wish) => users::apply(state, wish),
        C::OpenLabels => labels::ask(state),
        C::ImportLabels(path) => labels::inspect(state, path),
        C::MapClass { at, to } => labels::map_class(state, at, to),
        C::ApplyMapping => labels::apply_mapping(state),
        C::UseDeviceLines => labels::use_device_lines(state),
        C::ExportCase => export::ask(state),
        C::SetExportFormat(format) => export::set_format(state, format),
        C::PickExportFolder => vec![Effect::PickExportFolder],
        C::ExportTo(folder) => export::set_folder(state, folder),
        C::StartExport => export::start(state),
        C::CancelExport => export::cancel(state),
        C::RequestClose => files::request_close(state),
        C::AnswerClose(choice) => files::answer_close(state, choice),

        C::SelectCase(case) => navigate::select_case(state, case),
        C::SelectBscan(index) => navigate::select_bscan(state, index),
        C::StepBscan(steps) => navigate::step_bscan(state, steps),
        C::OpenQueueItem(tile) => navigate::open_queue_item(state, tile),
        C::OpenReturned(tile) => navigate::open_returned(state, tile),
        C::NextReturned => navigate::next_returned(state),
        C::NextInQueue => navigate::next_in_queue(state),
        C::StepDoubt(steps) => navigate::step_doubt(state, steps),

        C::StrokeBegin { point, erase } => stroke::begin(state, point, erase),
        C::StrokeMove(point) => stroke::sample(state, point),
        C::StrokeEnd => stroke::end(state),
        C::StrokeCancel => stroke::cancel(state),
        C::Undo => stroke::undo(state),
        C::Redo => stroke::redo(state),

        C::Segment(scope) => versions::segment(state, scope),
        C::CancelSegment => versions::cancel_segment(state),
        C::Save => versions::save(state),
        C::AskRollback(version) => show_dialog(state, Dialog::ConfirmRollback(version)),
        C::Rollback(version) => versions::rollback(state, version),
        C::RefreshQueue => navigate::refresh_queue(state),
        C::SetQueueThreshold(threshold) => navigate::set_threshold(state, threshold),
        C::SyncNow => vec![Effect::SyncNow],

        C::ShowDialog(dialog) => show_dialog(state, dialog),
        C::CloseDialog => close_dialog(state),
        C::Escape if state.tile.as_ref().is_some_and(|t| t.is_stroking()) => stroke::cancel(state),
        C::Escape => close_dialog(state),
        C::DismissNotice(id) => {
            state.notices.dismiss(id);
            Vec::new()
        }
        C::SetTab(tab) => {
            state.tab = tab;
            Vec::new()
        }
        C::SetTool(_)
        | C::SetClass(_)
        | C::StepClass(_)
        | C::SetBrushRadius(_)
        | C::StepBrushRadius(_)
        | C::ToggleClassLock(_) => {
            stroke::set_tools(state, command);
            Vec::new()
        }
        view_command => {
            view::apply(state, view_command);
            Vec::new()
        }
    }
}

/// Shows a dialog in the place of the one that is open. A page of the server asks for what it shows.
fn show_dialog(state: &mut State, dialog: Dialog) -> Vec<Effect> {
    let left = state.dialog.replace(dialog.clone());
    let hidden = left.filter(|left| *left != dialog).and_then(hide);
    let case = state.runs.of_case;
    let shown = match dialog {
        Dialog::Server(ServerPage::Runs) => Some(Effect::ShowRuns { case }),
        Dialog::Server(ServerPage::Review) => Some(Effect::LoadDisagreements { after: 0 }),
        Dialog::Server(ServerPage::Users) => Some(Effect::LoadUsers { after: None }),
        Dialog::Server(ServerPage::Audit) if state.account.may_audit() => {
            let filter = state.audit.filter.clone();
            audit::find(state, filter).pop()
        }
        _ => None,
    };
    hidden.into_iter().chain(shown).collect()
}

/// What ends with a dialog.
fn hide(dialog: Dialog) -> Option<Effect> {
    (dialog == Dialog::Server(ServerPage::Runs)).then_some(Effect::HideRuns)
}

/// Closes the dialog; what it asked for does not happen. An export under way keeps its dialog, where it is stopped.
fn close_dialog(state: &mut State) -> Vec<Effect> {
    if state.dialog == Some(Dialog::Export) && state.export.running.is_some() {
        return Vec::new();
    }
    let closed = state.dialog.take();
    state.mapping = None;
    if state.after_save == Some(AfterSave::Close) {
        state.after_save = None;
    }
    match closed {
        Some(Dialog::Import) => import::clear_desk(state),
        Some(other) => {
            // A sentence about a wish leaves with the dialog in which it was made.
            state.account.failure = None;
            state.review.is_overtaken = false;
            state.users.made = None;
            hide(other).into_iter().collect()
        }
        None => Vec::new(),
    }
}
