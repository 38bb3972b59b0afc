//! The four save states as four steps, the reached ones lit.

use egui::{
    Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2,
    vec2,
};
use fovea_annotation::SaveState;

use super::Icon;
use crate::theme::{Palette, regular, space, strong, type_scale};

const ICON_SIZE: f32 = 14.0;
const LINK_WIDTH: f32 = 14.0;
const HEIGHT: f32 = 20.0;

/// Draws the steps; `None` when nothing is open and there is nothing to keep safe.
pub(crate) fn save_stepper(ui: &mut Ui, reached: Option<SaveState>) -> Response {
    let galleys = SaveState::ALL.map(|step| {
        let font = if Some(step) == reached {
            strong(type_scale::CAPTION)
        } else {
            regular(type_scale::CAPTION)
        };
        ui.painter()
            .layout_no_wrap(step.label().to_owned(), font, Color32::PLACEHOLDER)
    });
    let step_width = |text_width: f32| ICON_SIZE + space::XS + text_width;
    let width: f32 = galleys
        .iter()
        .map(|galley| step_width(galley.size().x))
        .sum::<f32>()
        + 3.0 * (LINK_WIDTH + space::S);
    let (rect, response) = ui.allocate_exact_size(vec2(width, HEIGHT), Sense::hover());
    let said = reached.map_or("nothing open", SaveState::label);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, format!("Save state: {said}")));
    let mut x = rect.left();
    for (at, (step, galley)) in SaveState::ALL.into_iter().zip(galleys).enumerate() {
        if at > 0 {
            let link = Rect::from_min_size(
                pos2(x + space::XS, rect.center().y - 0.5),
                vec2(LINK_WIDTH, 1.0),
            );
            let lit = reached.is_some_and(|reached| step <= reached);
            let colour = if lit {
                Palette::dark().ok
            } else {
                Palette::dark().line_strong
            };
            ui.painter().rect_filled(link, CornerRadius::ZERO, colour);
            x += LINK_WIDTH + space::S;
        }
        let colour = step_colour(step, reached);
        let icon_rect = Rect::from_center_size(
            pos2(x + ICON_SIZE / 2.0, rect.center().y),
            Vec2::splat(ICON_SIZE),
        );
        icon_of(step).paint(ui.painter(), icon_rect, colour);
        x += ICON_SIZE + space::XS;
        let text_width = galley.size().x;
        ui.painter().galley(
            pos2(x, rect.center().y - galley.size().y / 2.0),
            galley,
            colour,
        );
        x += text_width;
    }
    response
}

fn icon_of(step: SaveState) -> Icon {
    match step {
        SaveState::InHand => Icon::Pen,
        SaveState::OnDisk => Icon::Disk,
        SaveState::Queued => Icon::Clock,
        SaveState::OnServer => Icon::Cloud,
    }
}

fn step_colour(step: SaveState, reached: Option<SaveState>) -> Color32 {
    let p = Palette::dark();
    match reached {
        // Only this state can still lose work, so it must not look calm.
        Some(SaveState::InHand) if step == SaveState::InHand => p.warn,
        Some(reached) if step <= reached => p.ok,
        _ => p.text_faint,
    }
}

/// A bar that shows the `colours` of a scale from left to right, with the words for its two ends.
pub(crate) fn ramp_legend(ui: &mut Ui, colours: &[[u8; 3]], low: &str, high: &str) -> Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 28.0), Sense::hover());
    let bar = Rect::from_min_size(rect.min, vec2(rect.width(), 8.0));
    let parts = colours.len().saturating_sub(1).max(1) as f32;
    for (at, pair) in colours.windows(2).enumerate() {
        let left = bar.left() + bar.width() * at as f32 / parts;
        let part = Rect::from_min_size(
            pos2(left, bar.top()),
            vec2(bar.width() / parts, bar.height()),
        );
        let [from, to] = [pair[0], pair[1]].map(|[r, g, b]| Color32::from_rgb(r, g, b));
        ui.painter().add(egui::Shape::gradient_rect(
            part,
            egui::Direction::LeftToRight,
            [from, to],
        ));
    }
    let stroke = Stroke::new(1.0, Palette::dark().line_strong);
    ui.painter()
        .rect_stroke(bar, CornerRadius::ZERO, stroke, egui::StrokeKind::Outside);
    let (font, colour) = (regular(type_scale::CAPTION), Palette::dark().text_faint);
    ui.painter().text(
        rect.left_bottom(),
        Align2::LEFT_BOTTOM,
        low,
        font.clone(),
        colour,
    );
    ui.painter().text(
        rect.right_bottom(),
        Align2::RIGHT_BOTTOM,
        high,
        font,
        colour,
    );
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Label, true, format!("Scale from {low} to {high}"))
    });
    response
}
