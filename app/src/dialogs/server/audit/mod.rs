//! The audit log of the server: who did what, the newest first; and whether it is whole.

mod detail;
mod find;
mod rows;
mod verdict;
mod words;

use egui::{Align, Layout, Ui, vec2};
use fovea_editor::{AuditCommand, AuditFilter, Command, State};

use crate::theme::{CONTROL_HEIGHT, space};
use crate::widgets::{ActionButton, Icon, Urgency, Weight, empty_state, note, soft};

pub(super) use find::FindForm;

/// Width of the shown line beside the list.
const DETAIL_WIDTH: f32 = 356.0;
/// Narrower than this, the shown line takes the place of the list.
const BOTH_WIDTH_MIN: f32 = 860.0;

/// Draws the page.
pub(super) fn show(ui: &mut Ui, form: &mut FindForm, state: &State, commands: &mut Vec<Command>) {
    if state.account.who.is_none() && state.audit.list.is_none() {
        let hint = "Sign in to the server as an administrator or an auditor.";
        return empty_state(ui, Icon::Person, "Nobody is signed in", hint);
    }
    if !state.account.may_audit() {
        let hint = "Administrators and auditors read who did what; ask one of them.";
        return empty_state(
            ui,
            Icon::Lock,
            "The audit log is not for this account",
            hint,
        );
    }
    head(ui, state, commands);
    find::show(ui, form, state, commands);
    verdict::show(ui, &state.audit, commands);
    if let Some(sentence) = &state.audit.away {
        note(ui, Urgency::Look, sentence);
    }
    ui.add_space(space::S);
    body(ui, state, commands);
}

fn head(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let is_idle = state.audit.check.is_none();
        let verify = ActionButton::words("Verify")
            .with_icon(Icon::Check)
            .weight(Weight::Primary)
            .enabled(is_idle);
        let hint = "Fetch the whole log and check its chain and signatures on this machine";
        if ui.add(verify).on_hover_text(hint).clicked() {
            commands.push(Command::Audit(AuditCommand::Verify));
        }
        let save = ActionButton::words("Save to file…").enabled(is_idle);
        let hint = "Save the whole log with its heads, to be checked elsewhere";
        if ui.add(save).on_hover_text(hint).clicked() {
            commands.push(Command::Audit(AuditCommand::PickPlace));
        }
        let again = ActionButton::icon(Icon::Refresh, "Ask for the newest lines");
        if ui.add(again).clicked() {
            let filter = state.audit.filter.clone();
            commands.push(Command::Audit(AuditCommand::Find(filter)));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            soft(ui, "Who did what on this server, the newest first.");
        });
    });
}

fn body(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let audit = &state.audit;
    match &audit.list {
        None if audit.away.is_some() => {
            let hint = "They are listed when the server can be asked; try again then.";
            empty_state(ui, Icon::CloudOff, "No lines to show", hint);
        }
        None => {
            let hint = "The server is asked for its newest lines.";
            empty_state(ui, Icon::Clock, "Asking the server…", hint);
        }
        Some(list) if list.is_empty() => nothing(ui, &audit.filter),
        Some(list) => {
            let shown = audit.shown();
            let height = ui.available_height();
            if let Some(entry) = shown.filter(|_| ui.available_width() < BOTH_WIDTH_MIN) {
                return detail::show(ui, state, entry, commands);
            }
            let beside = shown.map_or(0.0, |_| DETAIL_WIDTH + space::L);
            let down = Layout::top_down(Align::Min);
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::L;
                let size = vec2(ui.available_width() - beside, height);
                ui.allocate_ui_with_layout(size, down, |ui| {
                    ui.set_min_size(size);
                    rows::show(ui, state, list, commands);
                });
                if let Some(entry) = shown {
                    let size = vec2(DETAIL_WIDTH, height);
                    ui.allocate_ui_with_layout(size, down, |ui| {
                        ui.set_min_size(size);
                        detail::show(ui, state, entry, commands);
                    });
                }
            });
        }
    }
}

fn nothing(ui: &mut Ui, filter: &AuditFilter) {
    if *filter == AuditFilter::default() {
        let hint = "Each thing that is done on the server adds one.";
        empty_state(ui, Icon::Clock, "No lines yet", hint);
    } else {
        let hint = "No line is like this. Leave something out, or look at a longer time.";
        empty_state(ui, Icon::Search, "Nothing found", hint);
    }
}
