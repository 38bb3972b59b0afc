//! Where to begin when nothing is open.

use egui::{Align, Layout, RichText, Sense, Ui, Vec2};
use fovea_editor::{Command, State};

use super::explain;
use crate::theme::{Palette, space, strong, type_scale};
use crate::widgets::{ActionButton, Icon, Weight, caption, soft};

const CONTENT_HEIGHT: f32 = 232.0;

/// Draws the invitation in the middle of the free area.
pub(super) fn show(ui: &mut Ui, state: &State, commands: &mut Vec<Command>) {
    let free = ui.available_height() - CONTENT_HEIGHT;
    ui.vertical_centered(|ui| {
        ui.add_space((free / 2.0).max(space::L));
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(56.0), Sense::hover());
        Icon::Scan.paint(ui.painter(), rect, Palette::dark().accent);
        ui.add_space(space::M);
        let title = if state.cases.as_ref().is_some_and(|cases| !cases.is_empty()) {
            "Choose a case to begin"
        } else {
            "Open an OCT scan to begin"
        };
        ui.label(RichText::new(title).font(strong(type_scale::DISPLAY)));
        ui.add_space(space::XS);
        soft(
            ui,
            "Segment it on this machine, correct it with the brush, save a version.",
        );
        ui.add_space(space::L);
        buttons(ui, commands);
        ui.add_space(space::M);
        caption(
            ui,
            "Heidelberg, Topcon, DICOM, NIfTI, MetaImage, Matlab, eyelab · pictures, or a folder of them as a volume",
        );
        caption(
            ui,
            "You can also drop files onto this window. What is personal in them stays behind.",
        );
    });
}

fn buttons(ui: &mut Ui, commands: &mut Vec<Command>) {
    const WIDTH: f32 = 140.0;
    let row = Vec2::new(2.0 * WIDTH + space::S, 28.0);
    ui.allocate_ui_with_layout(row, Layout::left_to_right(Align::Center), |ui| {
        let open = ActionButton::words("Open scan…")
            .with_icon(Icon::Import)
            .weight(Weight::Primary)
            .min_width(WIDTH);
        if explain(ui.add(open), "file.open").clicked() {
            commands.push(Command::OpenFiles);
        }
        let folder = ActionButton::words("Open folder…")
            .with_icon(Icon::Folder)
            .min_width(WIDTH);
        if explain(ui.add(folder), "file.open-folder").clicked() {
            commands.push(Command::OpenFolder);
        }
    });
}
