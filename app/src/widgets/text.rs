//! Words: titles, captions, badges, key caps and empty states.

use egui::{
    Align, Color32, CornerRadius, FontId, Frame, Layout, Margin, Response, RichText, Sense, Stroke,
    StrokeKind, Ui, Vec2, vec2,
};

use super::Icon;
use crate::theme::{Palette, RADIUS, regular, space, strong, type_scale};

/// Height of a section title in points.
const TITLE_HEIGHT: f32 = 26.0;

/// A line of secondary text that may wrap.
pub(crate) fn soft(ui: &mut Ui, text: impl Into<String>) -> Response {
    ui.label(RichText::new(text).color(Palette::dark().text_soft))
}

/// A caption in the small size.
pub(crate) fn caption(ui: &mut Ui, text: impl Into<String>) -> Response {
    ui.label(
        RichText::new(text)
            .font(regular(type_scale::CAPTION))
            .color(Palette::dark().text_faint),
    )
}

/// Text in the semi-bold face.
pub(crate) fn emphasis(ui: &mut Ui, text: impl Into<String>) -> Response {
    ui.label(RichText::new(text).font(strong(type_scale::BODY)))
}

/// The title over a group of controls.
pub(crate) fn section_title(ui: &mut Ui, text: &str) -> Response {
    let p = Palette::dark();
    let galley =
        ui.painter()
            .layout_no_wrap(text.to_owned(), strong(type_scale::CAPTION), p.text_soft);
    let (rect, response) =
        ui.allocate_exact_size(vec2(galley.size().x, TITLE_HEIGHT), Sense::hover());
    ui.painter().galley(
        rect.left_center() - vec2(0.0, galley.size().y / 2.0),
        galley,
        p.text_soft,
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// A section title with its actions at the right, on one line.
pub(crate) fn titled(ui: &mut Ui, title: &str, actions: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        section_title(ui, title);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = space::XS;
            actions(ui);
        });
    });
}

/// A hairline across the panel with room above and below.
pub(crate) fn rule(ui: &mut Ui) {
    ui.add_space(space::XS);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    ui.painter().hline(
        rect.x_range(),
        rect.center().y,
        Stroke::new(1.0, Palette::dark().line),
    );
    ui.add_space(space::XS);
}

/// A short word in a rounded outline, such as "v2" or "OD".
pub(crate) fn badge(ui: &mut Ui, text: &str, colour: Color32) -> Response {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), strong(type_scale::CAPTION), colour);
    let (rect, response) = ui.allocate_exact_size(galley.size() + vec2(12.0, 4.0), Sense::hover());
    let radius = CornerRadius::same(4);
    let fill = colour.gamma_multiply(0.14);
    ui.painter().rect(
        rect,
        radius,
        fill,
        Stroke::new(1.0, colour.gamma_multiply(0.5)),
        StrokeKind::Inside,
    );
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, colour);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
    response
}

/// One key as it looks on a keyboard.
pub(crate) fn key_cap(ui: &mut Ui, key: &str) {
    let p = Palette::dark();
    let galley = ui
        .painter()
        .layout_no_wrap(key.to_owned(), regular(type_scale::CAPTION), p.text);
    let size = vec2((galley.size().x + 12.0).max(22.0), 20.0);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let radius = CornerRadius::same(4);
    ui.painter().rect(
        rect,
        radius,
        p.hover,
        Stroke::new(1.0, p.line_strong),
        StrokeKind::Inside,
    );
    ui.painter()
        .galley(rect.center() - galley.size() / 2.0, galley, p.text);
}

/// What an area says while there is nothing in it: an icon, a line, and what to do.
pub(crate) fn empty_state(ui: &mut Ui, icon: Icon, title: &str, hint: &str) {
    ui.vertical_centered(|ui| {
        ui.add_space(space::XL);
        let (rect, _) = ui.allocate_exact_size(Vec2::splat(32.0), Sense::hover());
        icon.paint(ui.painter(), rect, Palette::dark().text_faint);
        ui.add_space(space::XS);
        ui.label(RichText::new(title).font(strong(type_scale::BODY)));
        ui.label(RichText::new(hint).color(Palette::dark().text_soft));
        ui.add_space(space::XL);
    });
}

/// A raised card with a padding of one grid step.
pub(crate) fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let p = Palette::dark();
    Frame::new()
        .fill(p.raised)
        .stroke(Stroke::new(1.0, p.line))
        .corner_radius(CornerRadius::same(RADIUS))
        .inner_margin(Margin::same(12))
        .show(ui, contents)
        .inner
}

/// Paints one line of text that is cut with an ellipsis at `max_width` points.
pub(crate) fn paint_cut(
    ui: &Ui,
    at: egui::Pos2,
    max_width: f32,
    text: &str,
    font: FontId,
    colour: Color32,
) {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, colour);
    job.wrap = egui::text::TextWrapping::truncate_at_width(max_width);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(at, galley, colour);
}
