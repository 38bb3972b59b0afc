//! What is ticked and typed: check boxes, one-line text fields, and a choice of one among few.

use egui::text::{CCursor, CCursorRange};
use egui::{
    CornerRadius, Margin, Rect, Response, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::{ActionButton, Icon};
use crate::theme::{CONTROL_HEIGHT, Palette, regular, space, type_scale};

const BOX_SIZE: f32 = 18.0;

/// A box to tick with words that may wrap; the new value when it was clicked.
pub(crate) fn check_box(ui: &mut Ui, ticked: bool, words: &str) -> Option<bool> {
    let p = Palette::dark();
    let width = ui.available_width() - BOX_SIZE - space::S;
    let font = regular(type_scale::BODY);
    let galley = ui.painter().layout(words.to_owned(), font, p.text, width);
    let size = vec2(
        BOX_SIZE + space::S + galley.size().x,
        galley.size().y.max(CONTROL_HEIGHT),
    );
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::CheckBox, ui.is_enabled(), ticked, words));
    let middle = pos2(rect.left() + BOX_SIZE / 2.0, rect.center().y);
    let square = Rect::from_center_size(middle, Vec2::splat(BOX_SIZE));
    let is_over = response.hovered() || response.has_focus();
    let (fill, outline) = match (ticked, is_over) {
        (true, _) => (p.accent, p.accent),
        (false, true) => (p.hover, p.accent),
        (false, false) => (p.raised, p.line_strong),
    };
    let (radius, stroke) = (CornerRadius::same(4), Stroke::new(1.0, outline));
    ui.painter()
        .rect(square, radius, fill, stroke, StrokeKind::Inside);
    if response.has_focus() {
        let ring = Stroke::new(2.0, p.accent);
        let around = square.expand(3.0);
        ui.painter()
            .rect_stroke(around, CornerRadius::same(6), ring, StrokeKind::Inside);
    }
    if ticked {
        Icon::Check.paint(ui.painter(), square.shrink(2.0), p.on_accent);
    }
    let at = pos2(
        rect.left() + BOX_SIZE + space::S,
        rect.center().y - galley.size().y / 2.0,
    );
    ui.painter().galley(at, galley, p.text);
    response.clicked().then_some(!ticked)
}

/// A field for one line of text.
pub(crate) fn text_field(
    ui: &mut Ui,
    text: &mut String,
    name: &str,
    hint: &str,
    width: f32,
) -> Response {
    let field = TextEdit::singleline(text)
        .hint_text(hint)
        .desired_width(width)
        .margin(Margin::symmetric(8, 6));
    ui.add(field).accessible_name(name)
}

/// A field for a password: what is typed is not shown.
pub(crate) fn secret_field(ui: &mut Ui, text: &mut String, name: &str, width: f32) -> Response {
    let field = TextEdit::singleline(text)
        .password(true)
        .desired_width(width)
        .margin(Margin::symmetric(8, 6));
    ui.add(field).accessible_name(name)
}

/// Gives a field the keyboard, with all that is in it selected: what is typed next takes its place.
pub(crate) fn offer_again(ui: &Ui, field: &Response, text: &str) {
    let whole = CCursorRange::two(CCursor::new(0), CCursor::new(text.chars().count()));
    let mut state = TextEdit::load_state(ui.ctx(), field.id).unwrap_or_default();
    state.cursor.set_char_range(Some(whole));
    state.store(ui.ctx(), field.id);
    field.request_focus();
    // It was drawn without.
    ui.ctx().request_repaint();
}

/// One of a few: a row of buttons of which the chosen one is lit; what was clicked.
pub(crate) fn choice<T: Copy + PartialEq>(
    ui: &mut Ui,
    options: &[(T, &str)],
    chosen: Option<T>,
) -> Option<T> {
    let mut clicked = None;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::XS;
        for (value, words) in options {
            let button = ActionButton::words(words).selected(chosen == Some(*value));
            if ui.add(button).clicked() {
                clicked = Some(*value);
            }
        }
    });
    clicked
}
