//! A list at the left, and what is chosen of it at the right.

use egui::{Align, Layout, Ui, vec2};

use crate::theme::space;

/// Draws both over the whole height that is left; `shared` is what both draw with.
pub(super) fn two_panes<S>(
    ui: &mut Ui,
    list_width: f32,
    shared: &mut S,
    list: impl FnOnce(&mut Ui, &mut S),
    detail: impl FnOnce(&mut Ui, &mut S),
) {
    let height = ui.available_height();
    let down = Layout::top_down(Align::Min);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let size = vec2(list_width, height);
        ui.allocate_ui_with_layout(size, down, |ui| {
            ui.set_min_size(size);
            list(ui, shared);
        });
        let size = vec2(ui.available_width(), height);
        ui.allocate_ui_with_layout(size, down, |ui| {
            ui.set_min_size(size);
            detail(ui, shared);
        });
    });
}
