//! A table of facts: name before, value behind.

use egui::{RichText, Ui};

use crate::theme::{Palette, space};

/// Draws the rows that have a value.
pub(crate) fn facts(ui: &mut Ui, name_width: f32, rows: &[(&str, &str)]) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        for (name, value) in rows.iter().filter(|(_, value)| !value.is_empty()) {
            ui.horizontal_top(|ui| {
                ui.vertical(|ui| {
                    ui.set_width(name_width);
                    ui.label(RichText::new(*name).color(Palette::dark().text_faint));
                });
                ui.vertical(|ui| {
                    ui.set_width(ui.available_width());
                    ui.label(*value);
                });
            });
        }
    });
}
