//! What a window says while files are held over it.

use egui::{Align2, Color32, CornerRadius, Id, LayerId, Order, Stroke, StrokeKind, Ui};

use crate::theme::{Palette, RADIUS, space, strong, type_scale};

/// Draws the hint over the whole window.
pub(crate) fn drop_hint(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let p = Palette::dark();
    let rect = ui.ctx().content_rect();
    let painter = ui
        .ctx()
        .layer_painter(LayerId::new(Order::Foreground, Id::unique("drop-hint")));
    painter.rect_filled(rect, CornerRadius::ZERO, Color32::from_black_alpha(150));
    let inner = rect.shrink(space::L);
    painter.rect_stroke(
        inner,
        CornerRadius::same(RADIUS),
        Stroke::new(2.0, p.accent),
        StrokeKind::Inside,
    );
    let font = strong(type_scale::DISPLAY);
    painter.text(
        rect.center(),
        Align2::CENTER_CENTER,
        "Drop to import",
        font,
        p.text,
    );
}
