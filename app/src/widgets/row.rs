//! A selectable row of a list: painted by its owner, or with a title, a standing and a line below.

use egui::{
    Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo,
    vec2,
};

use super::paint_cut;
use crate::theme::{Palette, RADIUS, regular, space, strong, type_scale};

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

/// What a [`titled_row`] shows.
pub(crate) struct TitledRow<'a> {
    /// What a screen reader says.
    pub(crate) name: &'a str,
    /// What it is.
    pub(crate) title: &'a str,
    /// The ink of the title.
    pub(crate) ink: Color32,
    /// How it stands, at the right, and its ink.
    pub(crate) standing: (&'a str, Color32),
    /// What stands below the title.
    pub(crate) below: &'a str,
    /// True when it is the chosen one.
    pub(crate) selected: bool,
}

/// Draws the row; its inner rectangle has room for more where `height` leaves it.
pub(crate) fn titled_row(ui: &mut Ui, height: f32, row: &TitledRow<'_>) -> (Rect, Response) {
    let (inner, response) = list_row(ui, height, row.selected, row.name);
    let (words, colour) = row.standing;
    let font = strong(type_scale::CAPTION);
    let right = ui
        .painter()
        .text(inner.right_top(), Align2::RIGHT_TOP, words, font, colour);
    let room = inner.width() - right.width() - space::S;
    let font = strong(type_scale::BODY);
    paint_cut(ui, inner.left_top(), room, row.title, font, row.ink);
    let line = inner.left_top() + vec2(0.0, 20.0);
    let (font, ink) = (regular(type_scale::CAPTION), Palette::dark().text_soft);
    paint_cut(ui, line, inner.width(), row.below, font, ink);
    (inner, response)
}
