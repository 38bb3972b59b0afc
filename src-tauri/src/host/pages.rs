//! The two pages that need no application.

use egui::{Align2, Color32, FontId, RichText};
use fovea_app::Shell;

use super::theme::rgb;

/// Shown while secrets and store are opened.
pub(crate) fn opening(ui: &mut egui::Ui) {
    let rect = background(ui);
    ui.painter().text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Opening…",
        FontId::proportional(15.0),
        colour("text_soft"),
    );
}

/// Shown when the application could not start: the reason, what to do, and a way out.
pub(crate) fn failure(ui: &mut egui::Ui, sentence: &str, shell: &mut dyn Shell) {
    let rect = background(ui);
    let width = rect.width().min(560.0);
    let page =
        egui::Rect::from_center_size(rect.center(), egui::vec2(width, rect.height().min(220.0)));
    ui.scope_builder(egui::UiBuilder::new().max_rect(page), |ui| {
        ui.label(
            RichText::new("Fovea could not start")
                .size(20.0)
                .color(colour("text")),
        );
        ui.add_space(12.0);
        ui.add(
            egui::Label::new(
                RichText::new(sentence)
                    .size(14.0)
                    .color(colour("text_soft")),
            )
            .wrap(),
        );
        ui.add_space(20.0);
        if ui.button(RichText::new("Quit").size(14.0)).clicked() {
            shell.quit();
        }
    });
}

fn background(ui: &egui::Ui) -> egui::Rect {
    let rect = ui.max_rect();
    ui.painter()
        .rect_filled(rect.expand(16.0), 0.0, colour("panel"));
    rect
}

fn colour(name: &str) -> Color32 {
    let [red, green, blue] = rgb(name);
    Color32::from_rgb(red, green, blue)
}
