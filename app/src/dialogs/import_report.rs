//! What came in with an import and what was left behind; what did not come in, and why.

use egui::{Context, RichText, ScrollArea, Sense, Ui, Vec2};
use fovea_editor::{ImportedCase, Refusal, State};

use super::window::dialog;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Urgency, Weight, card, note, soft};

/// Draws the dialog; true when it was closed.
pub(super) fn show(ctx: &Context, state: &State) -> bool {
    let (cases, refused) = (&state.import.cases, &state.import.refused);
    let mut done = false;
    let title = title(cases.len(), refused.len());
    let closed = dialog(ctx, "import-report", &title, 520.0, |ui| {
        if !refused.is_empty() {
            soft(ui, "Nothing is kept of what was not imported.");
        }
        ui.add_space(space::S);
        ScrollArea::vertical()
            .max_height(360.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                for refusal in refused {
                    refused_file(ui, refusal);
                }
                for case in cases {
                    imported_file(ui, case);
                }
            });
        ui.add_space(space::L);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let close = ActionButton::words("Close report")
                .weight(Weight::Primary)
                .min_width(88.0);
            done = ui.add(close).clicked();
        });
    });
    closed || done
}

fn title(imported: usize, refused: usize) -> String {
    let cases = |count| match count {
        1 => "1 case".to_owned(),
        _ => format!("{count} cases"),
    };
    match (imported, refused) {
        (0, 1) => "1 file was not imported".to_owned(),
        (0, count) => format!("{count} files were not imported"),
        (count, 0) => format!("Imported {}", cases(count)),
        (count, 1) => format!("Imported {}, 1 file was not", cases(count)),
        (count, not) => format!("Imported {}, {not} files were not", cases(count)),
    }
}

fn refused_file(ui: &mut Ui, refusal: &Refusal) {
    signed(ui, Icon::Warning, Palette::dark().error, |ui| {
        ui.label(RichText::new(&refusal.name).font(strong(type_scale::BODY)));
        soft(ui, &refusal.sentence);
    });
}

fn imported_file(ui: &mut Ui, imported: &ImportedCase) {
    signed(ui, Icon::Check, Palette::dark().ok, |ui| {
        ui.label(RichText::new(&imported.name).font(strong(type_scale::BODY)));
        if imported.was_known {
            soft(ui, "It was here already; nothing was doubled.");
        }
        soft(ui, left_behind(imported));
        for warning in &imported.warnings {
            note(ui, Urgency::Info, warning);
        }
    });
}

/// "Left behind: 4 names and identifiers, 2 dates."
fn left_behind(imported: &ImportedCase) -> String {
    match (imported.is_reduced, imported.removals.is_empty()) {
        (true, _) => {
            return "Only pixels and geometry came in; everything else stayed behind.".to_owned();
        }
        (false, true) => return "Nothing personal was found in it.".to_owned(),
        (false, false) => {}
    }
    let removals = imported.removals.iter();
    let parts: Vec<String> = removals
        .map(|removal| format!("{} {}", removal.count, removal.kind))
        .collect();
    format!("Left behind: {}.", parts.join(", "))
}

fn signed(ui: &mut Ui, icon: Icon, colour: egui::Color32, contents: impl FnOnce(&mut Ui)) {
    card(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            let (rect, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
            icon.paint(ui.painter(), rect, colour);
            ui.vertical(|ui| {
                ui.spacing_mut().item_spacing.y = space::XS;
                contents(ui);
            });
        });
    });
}
