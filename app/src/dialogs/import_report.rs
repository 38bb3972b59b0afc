//! What could not be imported and why, one sentence each.

use egui::{Context, RichText, ScrollArea, Sense, Ui, Vec2};
use fovea_editor::State;

use super::window::dialog;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Weight, card, soft};

/// Draws the dialog; true when it was closed.
pub(super) fn show(ctx: &Context, state: &State) -> bool {
    let (refused, warnings) = (&state.import.refused, &state.import.warnings);
    let title = match refused.len() {
        0 => "Imported, with remarks".to_owned(),
        1 => "1 file was not imported".to_owned(),
        count => format!("{count} files were not imported"),
    };
    let mut done = false;
    let closed = dialog(ctx, "import-report", &title, 520.0, |ui| {
        if !refused.is_empty() {
            soft(
                ui,
                "Nothing of them was kept. All other files are in the list of cases.",
            );
        }
        ui.add_space(space::S);
        ScrollArea::vertical()
            .max_height(320.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                for refusal in refused {
                    line(ui, Icon::Warning, Some(&refusal.name), &refusal.sentence);
                }
                for warning in warnings {
                    line(ui, Icon::Info, None, warning);
                }
            });
        ui.add_space(space::L);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            done = ui
                .add(
                    ActionButton::words("Close report")
                        .weight(Weight::Primary)
                        .min_width(88.0),
                )
                .clicked();
        });
    });
    closed || done
}

fn line(ui: &mut Ui, icon: Icon, name: Option<&str>, sentence: &str) {
    let p = Palette::dark();
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
            icon.paint(
                ui.painter(),
                rect,
                if name.is_some() { p.error } else { p.accent },
            );
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                if let Some(name) = name {
                    ui.label(RichText::new(name).font(strong(type_scale::BODY)));
                }
                ui.label(RichText::new(sentence).color(p.text_soft));
            });
        });
    });
}
