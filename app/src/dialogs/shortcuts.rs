//! All keys and pointer habits on one sheet, from the command table.

use egui::{Context, Ui, vec2};
use fovea_editor::{COMMANDS, Menu};

use super::window::dialog;
use crate::keys::{OTHER_KEYS, POINTER_HABITS, caps};
use crate::theme::space;
use crate::widgets::{caption, emphasis, key_cap, soft};

const COLUMN_WIDTH: f32 = 276.0;
const ROW_HEIGHT: f32 = 21.0;

/// Draws the sheet; true when it was closed.
pub(super) fn show(ctx: &Context) -> bool {
    dialog(
        ctx,
        "shortcuts",
        "Keyboard and pointer",
        3.0 * COLUMN_WIDTH + 2.0 * space::XL,
        |ui| {
            ui.spacing_mut().item_spacing = vec2(space::XL, 1.0);
            ui.horizontal_top(|ui| {
                column(ui, |ui| {
                    group(ui, "Draw and save", Menu::Edit);
                    pairs(ui, "Pointer", POINTER_HABITS);
                });
                column(ui, |ui| {
                    group(ui, "View", Menu::View);
                    group(ui, "Model and server", Menu::Run);
                    group(ui, "Help", Menu::Help);
                });
                column(ui, |ui| {
                    group(ui, "Go", Menu::Go);
                    pairs(ui, "Keys that are held, and numbers", OTHER_KEYS);
                    group(ui, "Files", Menu::File);
                });
            });
            ui.add_space(space::S);
            caption(ui, "F1 or ? shows this sheet, Esc closes it.");
        },
    )
}

fn column(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.vertical(|ui| {
        ui.set_width(COLUMN_WIDTH);
        ui.spacing_mut().item_spacing.x = space::XS;
        contents(ui);
    });
}

fn group(ui: &mut Ui, title: &str, menu: Menu) {
    emphasis(ui, title);
    for spec in COMMANDS.iter().filter(|spec| spec.menu == menu) {
        if let Some(chord) = spec.keys.first() {
            row(ui, spec.title, &caps(chord));
        }
    }
    ui.add_space(space::S);
}

fn pairs(ui: &mut Ui, title: &str, pairs: &[(&str, &str)]) {
    emphasis(ui, title);
    for (keys, words) in pairs {
        row(ui, words, &[(*keys).to_owned()]);
    }
    ui.add_space(space::S);
}

fn row(ui: &mut Ui, words: &str, caps: &[String]) {
    ui.horizontal(|ui| {
        ui.set_height(ROW_HEIGHT);
        soft(ui, words);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for cap in caps.iter().rev() {
                key_cap(ui, cap);
            }
        });
    });
}
