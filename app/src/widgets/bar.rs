//! How far something has come, as a bar.

use egui::{CornerRadius, Sense, Ui, vec2};

use crate::theme::Palette;

/// Draws the bar; `part` is from 0 to 1, `None` while nothing can be counted.
pub(crate) fn progress_bar(ui: &mut Ui, part: Option<f32>) {
    let p = Palette::dark();
    let (bar, _) = ui.allocate_exact_size(vec2(ui.available_width(), 4.0), Sense::hover());
    let radius = CornerRadius::same(2);
    ui.painter().rect_filled(bar, radius, p.pressed);
    if let Some(part) = part {
        let filled = bar.with_max_x(bar.left() + bar.width() * part.clamp(0.0, 1.0));
        ui.painter().rect_filled(filled, radius, p.accent);
    }
}
