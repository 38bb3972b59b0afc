//! A selectable row of a list, painted by its owner.

use egui::{CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use crate::theme::{Palette, RADIUS};

/// Allocates a row across the panel, paints its background and gives its inner rectangle.
pub(crate) fn list_row(ui: &mut Ui, height: f32, selected: bool, name: &str) -> (Rect, Response) {
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::selected(Role::ListItem, enabled, selected, name));
    let p = Palette::dark();
    let fill = match (selected, response.hovered()) {
        (true, _) => p.accent_soft,
        (false, true) => p.hover,
        (false, false) => egui::Color32::TRANSPARENT,
    };
    let outline = if response.has_focus() {
        p.accent
    } else {
        egui::Color32::TRANSPARENT
    };
    let radius = CornerRadius::same(RADIUS);
    ui.painter().rect(
        rect,
        radius,
        fill,
        Stroke::new(1.0, outline),
        StrokeKind::Inside,
    );
    (rect.shrink2(vec2(8.0, 6.0)), response)
}
