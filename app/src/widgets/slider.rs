//! A slider with its name before it and its value behind it, for narrow panels.

use std::ops::RangeInclusive;

use egui::accesskit::Action;
use egui::{
    CornerRadius, Event, EventFilter, Key, Rect, Response, Sense, Stroke, Ui, WidgetInfo, pos2,
    vec2,
};

use crate::theme::{Palette, regular, type_scale};

/// What a [`slider`] shows.
pub(crate) struct SliderSpec<'a> {
    /// Shown before the rail, and said by a screen reader.
    pub(crate) name: &'a str,
    /// First and last value.
    pub(crate) range: RangeInclusive<f32>,
    /// One press of an arrow key.
    pub(crate) step: f32,
    /// The value in words.
    pub(crate) show: &'a dyn Fn(f32) -> String,
    /// Room for the name, in points.
    pub(crate) name_width: f32,
    /// Room for the value, in points.
    pub(crate) value_width: f32,
}

impl<'a> SliderSpec<'a> {
    /// A slider of a side panel, where the rails of all rows line up.
    pub(crate) fn in_panel(
        name: &'a str,
        range: RangeInclusive<f32>,
        step: f32,
        show: &'a dyn Fn(f32) -> String,
    ) -> Self {
        Self {
            name,
            range,
            step,
            show,
            name_width: 84.0,
            value_width: 44.0,
        }
    }
}

const ROW_HEIGHT: f32 = 24.0;
const KNOB_RADIUS: f32 = 6.0;

/// A row of name, rail and value; the new value when the user moved it.
pub(crate) fn slider(ui: &mut Ui, value: f32, spec: &SliderSpec<'_>) -> (Response, Option<f32>) {
    let (rect, mut response) = ui.allocate_exact_size(
        vec2(ui.available_width(), ROW_HEIGHT),
        Sense::click_and_drag(),
    );
    let rail = Rect::from_x_y_ranges(
        rect.left() + spec.name_width + KNOB_RADIUS..=rect.right() - spec.value_width - KNOB_RADIUS,
        rect.y_range(),
    );
    let moved =
        pointed_value(&response, rail, spec).or_else(|| keyed_value(ui, &response, value, spec));
    let changed = moved.filter(|new| (new - value).abs() > f32::EPSILON);
    if changed.is_some() {
        response.mark_changed();
    }
    let shown = changed.unwrap_or(value);
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::slider(enabled, f64::from(shown), spec.name));
    if ui.is_rect_visible(rect) {
        paint(ui, rect, rail, shown, spec, &response);
    }
    (response, changed)
}

fn pointed_value(response: &Response, rail: Rect, spec: &SliderSpec<'_>) -> Option<f32> {
    let pressed = response.is_pointer_button_down_on() || response.clicked();
    let at = response.interact_pointer_pos().filter(|_| pressed)?;
    let t = ((at.x - rail.left()) / rail.width()).clamp(0.0, 1.0);
    let (first, last) = (*spec.range.start(), *spec.range.end());
    Some((((first + t * (last - first)) / spec.step).round() * spec.step).clamp(first, last))
}

/// Arrow keys while the slider has the focus, and a screen reader's steps at any time.
fn keyed_value(ui: &Ui, response: &Response, value: f32, spec: &SliderSpec<'_>) -> Option<f32> {
    let has_focus = response.has_focus();
    if has_focus {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
    }
    let steps = ui.input(|input| {
        let asked = |action| input.num_accesskit_action_requests(response.id, action) as i32;
        let keys: i32 = input.events.iter().map(arrow_steps).sum();
        asked(Action::Increment) - asked(Action::Decrement) + if has_focus { keys } else { 0 }
    });
    let moved = (value + steps as f32 * spec.step).clamp(*spec.range.start(), *spec.range.end());
    (steps != 0).then_some(moved)
}

fn arrow_steps(event: &Event) -> i32 {
    match event {
        Event::Key {
            key: Key::ArrowRight | Key::ArrowUp,
            pressed: true,
            ..
        } => 1,
        Event::Key {
            key: Key::ArrowLeft | Key::ArrowDown,
            pressed: true,
            ..
        } => -1,
        _ => 0,
    }
}

fn paint(ui: &Ui, rect: Rect, rail: Rect, value: f32, spec: &SliderSpec<'_>, response: &Response) {
    let p = Palette::dark();
    let painter = ui.painter();
    let active = response.hovered() || response.has_focus() || response.is_pointer_button_down_on();
    let (text, fill) = match (ui.is_enabled(), active) {
        (false, _) => (p.text_faint, p.line_strong),
        (true, false) => (p.text_soft, p.accent),
        (true, true) => (p.text, p.accent_hover),
    };
    let font = regular(type_scale::BODY);
    painter.text(
        rect.left_center(),
        egui::Align2::LEFT_CENTER,
        spec.name,
        font.clone(),
        text,
    );
    painter.text(
        rect.right_center(),
        egui::Align2::RIGHT_CENTER,
        (spec.show)(value),
        font,
        text,
    );
    let span = spec.range.end() - spec.range.start();
    let t = if span > 0.0 {
        ((value - spec.range.start()) / span).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let x = rail.left() + t * rail.width();
    let line = |to: f32| {
        Rect::from_min_max(
            pos2(rail.left(), rail.center().y - 2.0),
            pos2(to, rail.center().y + 2.0),
        )
    };
    painter.rect_filled(line(rail.right()), CornerRadius::same(2), p.pressed);
    painter.rect_filled(line(x), CornerRadius::same(2), fill);
    let ring = if response.has_focus() {
        Stroke::new(2.0, p.text)
    } else {
        Stroke::new(2.0, p.panel)
    };
    painter.circle(pos2(x, rail.center().y), KNOB_RADIUS, fill, ring);
}
