//! Runs of the server: the list at the left, the chosen one at the right.

use egui::{Align, Layout, ScrollArea, Ui};
use fovea_editor::{Command, RunsCommand, State};

use super::panes::two_panes;
use super::{run_detail, run_row, run_wish};
use crate::theme::space;
use crate::widgets::{ActionButton, Icon, Urgency, Weight, check_box, empty_state, note, soft};

const LIST_WIDTH: f32 = 320.0;

/// Draws the page.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    head(ui, state, commands);
    if let Some(sentence) = &state.runs.away {
        note(ui, Urgency::Look, sentence);
    }
    ui.add_space(space::S);
    let runs = &state.runs;
    // With nothing to choose from there is no list, so its words stand in the middle of the page.
    if runs.wish.is_none() && runs.chosen.is_none() && runs.list.as_ref().is_none_or(Vec::is_empty)
    {
        return list(ui, state, commands);
    }
    two_panes(
        ui,
        LIST_WIDTH,
        commands,
        |ui, commands| list(ui, state, commands),
        |ui, commands| detail(ui, state, commands),
    );
}

fn head(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let open = state.case.is_some();
        ui.add_enabled_ui(open, |ui| {
            let only = state.runs.of_case.is_some();
            if let Some(only) = check_box(ui, only, "Only the open case") {
                commands.push(Command::Runs(RunsCommand::OnlyOpenCase(only)));
            }
        });
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let start = ActionButton::words("New run…")
                .with_icon(Icon::Play)
                .weight(Weight::Primary)
                .enabled(open && state.account.may_run());
            let hint = match state.account.may_run() {
                true => "Open a case first; a run is over one case.",
                false => "Researchers, ML engineers and administrators start runs.",
            };
            let response = ui.add(start).on_disabled_hover_text(hint);
            if response.clicked() {
                commands.push(Command::Runs(RunsCommand::AskForRun(None)));
            }
        });
    });
}

fn list(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let runs = &state.runs;
    match &runs.list {
        None if runs.away.is_some() => {
            let hint = "They are listed as soon as the server answers.";
            empty_state(ui, Icon::CloudOff, "No runs to show", hint);
        }
        None => {
            let hint = "The server is asked for its runs.";
            empty_state(ui, Icon::Clock, "Asking the server…", hint);
        }
        Some(list) if list.is_empty() => {
            let hint = "A run segments and measures one case on the server.";
            empty_state(ui, Icon::Chip, "No runs yet", hint);
        }
        Some(list) => {
            ScrollArea::vertical()
                .id_salt("runs")
                .auto_shrink(false)
                .show(ui, |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    for run in list {
                        if run_row::show(ui, state, run, runs.chosen == Some(run.run_id)) {
                            let choose = RunsCommand::Choose(run.run_id);
                            commands.push(Command::Runs(choose));
                        }
                    }
                    if runs.older.is_some() {
                        let older = ActionButton::words("Show older runs").weight(Weight::Quiet);
                        if ui.add(older).clicked() {
                            commands.push(Command::Runs(RunsCommand::Older));
                        }
                    }
                });
        }
    }
}

fn detail(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    if let Some(wish) = &state.runs.wish {
        run_wish::show(ui, state, wish, commands);
    } else if let Some(run) = state.runs.shown() {
        run_detail::show(ui, state, run, commands);
    } else if state.runs.chosen.is_some() {
        soft(ui, "The server is asked for the run.");
    } else if state
        .runs
        .list
        .as_ref()
        .is_some_and(|list| !list.is_empty())
    {
        let hint = "Its steps, log, artifacts and manifest appear here.";
        empty_state(ui, Icon::Info, "Choose a run", hint);
    }
}
