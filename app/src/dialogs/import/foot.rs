//! What holds for all files: consent, the device's id, and the start.

use egui::{Align, Layout, RichText, Ui, vec2};
use fovea_editor::{Command, Consent, DeskCommand, ImportDesk, Purpose};

use crate::theme::{CONTROL_HEIGHT, Palette, space};
use crate::widgets::{ActionButton, Weight, choice, rule, soft, text_field};

const DEVICE_WIDTH: f32 = 180.0;
/// Devices that are offered beside the field.
const DEVICES_MAX: usize = 4;
const DEVICES_HEIGHT: f32 = 32.0;

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
    devices(ui, desk, commands);
    ui.add_space(space::XS);
    start(ui, desk, commands)
}

/// Devices that were named before and are not the one in the field.
fn offered(desk: &ImportDesk) -> impl Iterator<Item = &String> {
    let others = desk
        .known_devices
        .iter()
        .filter(|id| **id != desk.device_id);
    others.take(DEVICES_MAX)
}

/// Room that [`devices`] takes.
pub(super) fn devices_height(desk: &ImportDesk) -> f32 {
    match offered(desk).next() {
        Some(_) => DEVICES_HEIGHT,
        None => 0.0,
    }
}

fn devices(ui: &mut Ui, desk: &ImportDesk, commands: &mut Vec<Command>) {
    if devices_height(desk) == 0.0 {
        return;
    }
    let row = vec2(ui.available_width(), CONTROL_HEIGHT);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        let names: Vec<&String> = offered(desk).collect();
        for id in names.into_iter().rev() {
            let button = ActionButton::words(id).weight(Weight::Quiet);
            if ui.add(button).clicked() {
                commands.push(Command::Desk(DeskCommand::SetDevice(id.clone())));
            }
        }
        soft(ui, "Used before");
    });
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
        let verb = match desk.purpose {
            Purpose::Import => "Import",
            Purpose::Send => "Send",
        };
        let words = match (desk.ready_count(), desk.files.len()) {
            (0 | 1, 1) => verb.to_owned(),
            (ready, total) if ready == total => format!("{verb} all {total}"),
            (ready, total) => format!("{verb} {ready} of {total}"),
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
                    match desk.purpose {
                        Purpose::Import => {
                            "Everything personal stays behind; the original files are not touched."
                        }
                        Purpose::Send => {
                            "Everything personal stays on this machine; only the de-identified form is sent."
                        }
                    }
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
