//! Scans on their way to the server.

use egui::{Align, Layout, ScrollArea, Ui};
use fovea_editor::{Command, Sending, State};

use super::upload_card;
use crate::theme::space;
use crate::widgets::{ActionButton, Icon, Urgency, Weight, empty_state, note, progress_bar, soft};

/// Draws the page.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let sending = &state.sending;
    head(ui, state, commands);
    ui.add_space(space::S);
    if let Some((done, total)) = sending.preparing {
        soft(ui, format!("De-identifying: {done} of {total} done"));
        progress_bar(ui, Some(done as f32 / total.max(1) as f32));
        ui.add_space(space::S);
    }
    if sending.uploads.is_empty() && sending.left_out.is_empty() {
        if sending.preparing.is_none() {
            let hint =
                "Send files, or the open case: what is personal in them stays on this machine.";
            empty_state(ui, Icon::Send, "Nothing is on its way", hint);
        }
        return;
    }
    ScrollArea::vertical()
        .id_salt("uploads")
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            for refusal in &sending.left_out {
                note(
                    ui,
                    Urgency::Failed,
                    &format!("{}: {}", refusal.name, refusal.sentence),
                );
            }
            // The newest is what a person has just asked for.
            for upload in sending.uploads.iter().rev() {
                upload_card::show(ui, upload, commands);
            }
        });
}

fn head(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        soft(ui, summary(&state.sending));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let files = ActionButton::words("Send files…")
                .with_icon(Icon::Send)
                .weight(Weight::Primary);
            if ui.add(files).clicked() {
                commands.push(Command::OpenFilesToSend);
            }
            let case = ActionButton::words("Send open case…").enabled(state.case.is_some());
            if ui.add(case).clicked() {
                commands.push(Command::SendCase);
            }
            let has_done = !state.sending.left_out.is_empty()
                || state
                    .sending
                    .uploads
                    .iter()
                    .any(fovea_editor::Upload::is_done);
            let clear = ActionButton::words("Clear what is done")
                .weight(Weight::Quiet)
                .enabled(has_done);
            if ui.add(clear).clicked() {
                commands.push(Command::ClearDoneUploads);
            }
        });
    });
}

fn summary(sending: &Sending) -> String {
    let is_all_there = sending.uploads.iter().all(fovea_editor::Upload::is_done);
    match (sending.open_count(), sending.uploads.len()) {
        (0, 0) => "What is sent leaves this machine de-identified.".to_owned(),
        (0, _) if is_all_there => "Everything is on the server.".to_owned(),
        (0, _) => "Nothing is on its way.".to_owned(),
        (1, _) => "1 scan is on its way.".to_owned(),
        (open, _) => format!("{open} scans are on their way."),
    }
}
