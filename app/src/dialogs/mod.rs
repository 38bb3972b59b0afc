//! The dialogs over the window. Which one is open is the editor's state; what is typed into one is not.

mod account;
mod export;
mod import;
mod import_report;
mod map_labels;
mod palette;
mod preflight;
mod review_label;
mod server;
mod shortcuts;
mod window;

use egui::Context;
use fovea_annotation::VersionId;
use fovea_editor::{CloseChoice, Command, Dialog, State};

use crate::widgets::Weight;
use window::{Answer, question};

/// What the dialogs remember between frames.
#[derive(Default)]
pub(crate) struct Dialogs {
    palette: palette::Palette,
    import: import::ImportDialog,
    account: account::AccountDialog,
    review_label: review_label::ReviewLabelDialog,
    server: server::ServerDialog,
}

impl Dialogs {
    /// Draws the open dialog, if there is one.
    pub(crate) fn show(&mut self, ctx: &Context, state: &State, commands: &mut Vec<Command>) {
        if state.dialog != Some(Dialog::Palette) {
            self.palette.forget();
        }
        if state.dialog != Some(Dialog::Account) {
            self.account.forget();
        }
        if state.dialog != Some(Dialog::ReviewLabel) {
            self.review_label.forget();
        }
        if !matches!(state.dialog, Some(Dialog::Server(_))) {
            self.server.forget();
        }
        if state.desk.is_none() {
            self.import.forget();
        }
        let closed = match &state.dialog {
            None => false,
            Some(Dialog::UnsavedWork) => {
                commands.extend(unsaved_work(ctx).map(Command::AnswerClose));
                false
            }
            Some(Dialog::ConfirmRollback(version)) => {
                commands.extend(confirm_rollback(ctx, state, *version));
                false
            }
            Some(Dialog::Import) => self.import.show(ctx, state, commands),
            Some(Dialog::MapLabels) => map_labels::show(ctx, state, commands),
            Some(Dialog::Export) => export::show(ctx, state, commands),
            Some(Dialog::ImportReport) => import_report::show(ctx, state),
            Some(Dialog::Account) => self.account.show(ctx, state, commands),
            Some(Dialog::ReviewLabel) => self.review_label.show(ctx, state, commands),
            Some(Dialog::Server(page)) => self.server.show(ctx, state, *page, commands),
            Some(Dialog::Shortcuts) => shortcuts::show(ctx),
            Some(Dialog::Palette) => self.palette.show(ctx, state, commands),
            Some(Dialog::Preflight) => preflight::show(ctx, state),
        };
        if closed {
            commands.push(Command::CloseDialog);
        }
    }
}

fn unsaved_work(ctx: &Context) -> Option<CloseChoice> {
    let body = "This label has strokes that are not saved as a version yet. They are safe in the journal on this machine \
                and are back at the next start.";
    let answers = vec![
        Answer {
            words: "Save and close",
            weight: Weight::Primary,
            means: CloseChoice::Save,
        },
        Answer {
            words: "Close, keep strokes",
            weight: Weight::Plain,
            means: CloseChoice::KeepInJournal,
        },
        Answer {
            words: "Stay",
            weight: Weight::Plain,
            means: CloseChoice::Stay,
        },
    ];
    question(
        ctx,
        "unsaved",
        "Save your work before closing?",
        body,
        answers,
        CloseChoice::Stay,
    )
}

fn confirm_rollback(ctx: &Context, state: &State, version: VersionId) -> Option<Command> {
    let versions = state
        .tile
        .as_ref()
        .map(|tile| tile.versions.as_slice())
        .unwrap_or_default();
    let number = versions
        .iter()
        .find(|known| known.id == version)
        .map_or(0, |known| known.number);
    let next = versions.iter().map(|known| known.number).max().unwrap_or(0) + 1;
    let title = format!("Roll back to v{number}?");
    let mut body = format!(
        "A new version v{next} gets the content of v{number}. Nothing is deleted: every version stays in the list."
    );
    if state.has_unsaved_work() {
        body.push_str(" Strokes that are not saved as a version are dropped: save first if you want to keep them.");
    }
    let words = format!("Roll back to v{number}");
    let answers = vec![
        Answer {
            words: &words,
            weight: Weight::Danger,
            means: Command::Rollback(version),
        },
        Answer {
            words: "Cancel",
            weight: Weight::Plain,
            means: Command::CloseDialog,
        },
    ];
    question(
        ctx,
        "rollback",
        &title,
        &body,
        answers,
        Command::CloseDialog,
    )
}
