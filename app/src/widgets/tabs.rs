//! A row of tabs of equal width.

use egui::{Align2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use crate::theme::{Palette, regular, strong, type_scale};

const HEIGHT: f32 = 36.0;

/// Draws `names` as tabs and gives the index of the one that was clicked.
pub(crate) fn tabs(ui: &mut Ui, names: &[String], active: usize) -> Option<usize> {
    let p = Palette::dark();
    let (row, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ui.painter()
        .hline(row.x_range(), row.bottom() - 0.5, Stroke::new(1.0, p.line));
    let width = row.width() / names.len().max(1) as f32;
    let mut clicked = None;
    for (index, name) in names.iter().enumerate() {
        let rect = Rect::from_min_size(
            pos2(row.left() + index as f32 * width, row.top()),
            vec2(width, HEIGHT),
        );
        let response = ui.interact(rect, ui.scope_id().with(("tab", index)), Sense::click());
        response.widget_info(|| {
            WidgetInfo::selected(Role::Tab, ui.is_enabled(), index == active, name)
        });
        let is_active = index == active;
        let (font, colour) = match (is_active, response.hovered() || response.has_focus()) {
            (true, _) => (strong(type_scale::BODY), p.text),
            (false, true) => (regular(type_scale::BODY), p.text),
            (false, false) => (regular(type_scale::BODY), p.text_soft),
        };
        ui.painter()
            .text(rect.center(), Align2::CENTER_CENTER, name, font, colour);
        if is_active {
            let y = rect.bottom() - 1.0;
            ui.painter()
                .hline(rect.x_range(), y, Stroke::new(2.0, p.accent));
        }
        if response.clicked() {
            clicked = Some(index);
        }
    }
    clicked
}
