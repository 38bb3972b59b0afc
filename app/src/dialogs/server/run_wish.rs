//! A run before it starts: over which case, with which model and seed.

use egui::{Align, Layout, RichText, Ui, vec2};
use fovea_editor::{Command, RunWish, RunsCommand, State};

use super::run_row::case_name;
use crate::theme::{CONTROL_HEIGHT, Palette, space};
use crate::widgets::{
    ActionButton, Weight, caption, card, emphasis, facts, section_title, text_field,
};

const SEED_WIDTH: f32 = 140.0;

/// Draws it.
pub(super) fn show(ui: &mut Ui, state: &State, wish: &RunWish, commands: &mut Vec<Command>) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        emphasis(ui, "New run");
        facts(
            ui,
            72.0,
            &[
                ("Case", &case_name(state, wish.case)),
                (
                    "Does",
                    "checks the pictures, segments each of them, and measures",
                ),
            ],
        );
        ui.add_enabled_ui(!wish.is_sent, |ui| fields(ui, wish, commands));
        ui.add_space(space::M);
        foot(ui, wish, commands);
    });
}

fn fields(ui: &mut Ui, wish: &RunWish, commands: &mut Vec<Command>) {
    section_title(ui, "Model");
    let mut model = wish.model.clone();
    let width = ui.available_width();
    let hint = "the model that the server carries";
    if text_field(ui, &mut model, "SHA-256 of the model", hint, width).changed() {
        commands.push(Command::Runs(RunsCommand::SetModel(model)));
    }
    caption(
        ui,
        "SHA-256 of the weights; leave it empty for the server's own model.",
    );
    section_title(ui, "Seed");
    let mut seed = wish.seed.clone();
    if text_field(ui, &mut seed, "Seed", "0", SEED_WIDTH).changed() {
        commands.push(Command::Runs(RunsCommand::SetSeed(seed)));
    }
    caption(
        ui,
        "The same case, model and seed are the same run: it is not computed twice.",
    );
}

fn foot(ui: &mut Ui, wish: &RunWish, commands: &mut Vec<Command>) {
    let order = wish.order();
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        let words = match wish.is_sent {
            true => "Starting…",
            false => "Start run",
        };
        let start = ActionButton::words(words)
            .weight(Weight::Primary)
            .min_width(104.0)
            .enabled(order.is_ok() && !wish.is_sent);
        if ui.add(start).clicked() {
            commands.push(Command::Runs(RunsCommand::Start));
        }
        if ui
            .add(ActionButton::words("Cancel").min_width(88.0))
            .clicked()
        {
            commands.push(Command::Runs(RunsCommand::Forget));
        }
        if let Err(sentence) = order {
            ui.label(RichText::new(sentence).color(Palette::dark().warn));
        }
    });
}
