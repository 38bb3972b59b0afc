//! What holds for all files: consent, the device's id, and the start.

use egui::{Align, Layout, RichText, Ui};
use fovea_editor::{Command, Consent, DeskCommand, ImportDesk};

use crate::theme::{Palette, space};
use crate::widgets::{ActionButton, Weight, choice, rule, soft, text_field};

const DEVICE_WIDTH: f32 = 180.0;

/// Draws it; true when the import was cancelled.
pub(super) fn show(ui: &mut Ui, desk: &ImportDesk, commands: &mut Vec<Command>) -> bool {
    rule(ui);
    ui.horizontal(|ui| {
        soft(ui, "Ground for use");
        if let Some(consent) = choice(ui, &Consent::ALL, desk.consent) {
            commands.push(Command::Desk(DeskCommand::SetConsent(consent)));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            device(ui, desk, commands);
        });
    });
    ui.add_space(space::XS);
    start(ui, desk, commands)
}

fn device(ui: &mut Ui, desk: &ImportDesk, commands: &mut Vec<Command>) {
    let mut device_id = desk.device_id.clone();
    let hint = match desk.needs_device {
        true => "such as oct-2",
        false => "optional",
    };
    let field = text_field(ui, &mut device_id, "Device ID", hint, DEVICE_WIDTH);
    if field.changed() {
        commands.push(Command::Desk(DeskCommand::SetDevice(device_id)));
    }
    field.on_hover_text("What your site calls the device; remembered for the next import");
    soft(ui, "Device ID");
}

fn start(ui: &mut Ui, desk: &ImportDesk, commands: &mut Vec<Command>) -> bool {
    let obstacle = desk.obstacle();
    let mut is_cancelled = false;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let words = match (desk.ready_count(), desk.files.len()) {
            (0 | 1, 1) => "Import".to_owned(),
            (ready, total) if ready == total => format!("Import all {total}"),
            (ready, total) => format!("Import {ready} of {total}"),
        };
        let button = ActionButton::words(&words)
            .weight(Weight::Primary)
            .min_width(104.0)
            .enabled(obstacle.is_none());
        if ui.add(button).clicked() {
            commands.push(Command::Desk(DeskCommand::Start));
        }
        is_cancelled = ui
            .add(ActionButton::words("Cancel").min_width(88.0))
            .clicked();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let held_back = desk.files.iter().filter(|file| file.is_held_back()).count();
            let (sentence, colour) = match (&obstacle, held_back) {
                (Some(sentence), _) => (sentence.clone(), Palette::dark().warn),
                (None, 0) => (
                    "Everything personal stays behind; the original files are not touched."
                        .to_owned(),
                    Palette::dark().text_faint,
                ),
                (None, 1) => (
                    "1 file is held back and stays out.".to_owned(),
                    Palette::dark().warn,
                ),
                (None, count) => (
                    format!("{count} files are held back and stay out."),
                    Palette::dark().warn,
                ),
            };
            ui.label(RichText::new(sentence).color(colour));
        });
    });
    is_cancelled
}
