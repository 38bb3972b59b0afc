//! Buttons: an icon alone, an icon with words, and the plain ones of dialogs.

use std::sync::Arc;

use egui::{
    Color32, CornerRadius, Galley, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    Widget, WidgetInfo, pos2, vec2,
};

use super::Icon;
use crate::theme::{CONTROL_HEIGHT, Palette, RADIUS, regular, space, strong, type_scale};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    /// The next thing to do; at most one per view.
    Primary,
    /// An ordinary action with an outline.
    Plain,
    /// No outline until the pointer is over it.
    Quiet,
    /// An action that is hard to take back.
    Danger,
}

/// A button with an icon, words, or both. The name is what a screen reader says.
#[must_use = "add it with ui.add"]
pub(crate) struct ActionButton<'a> {
    name: &'a str,
    icon: Option<Icon>,
    words: bool,
    weight: Weight,
    selected: bool,
    enabled: bool,
    min_width: f32,
}

impl<'a> ActionButton<'a> {
    /// A button that shows its name.
    pub(crate) fn words(name: &'a str) -> Self {
        Self {
            name,
            icon: None,
            words: true,
            weight: Weight::Plain,
            selected: false,
            enabled: true,
            min_width: 0.0,
        }
    }

    /// A square button that shows `icon` only.
    pub(crate) fn icon(icon: Icon, name: &'a str) -> Self {
        Self {
            icon: Some(icon),
            words: false,
            weight: Weight::Quiet,
            ..Self::words(name)
        }
    }

    /// Puts `icon` before the words.
    pub(crate) fn with_icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Sets how much the button asks for attention.
    pub(crate) fn weight(mut self, weight: Weight) -> Self {
        self.weight = weight;
        self
    }

    /// Shows the button as the chosen one of its group.
    pub(crate) fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// Greys the button out when `false`.
    pub(crate) fn enabled(mut self, enabled: bool) -> Self {
        self.enabled = enabled;
        self
    }

    /// Makes the button at least this wide, in points.
    pub(crate) fn min_width(mut self, width: f32) -> Self {
        self.min_width = width;
        self
    }

    fn colours(&self, response: &Response) -> Colours {
        let p = Palette::dark();
        let (down, over) = (
            response.is_pointer_button_down_on(),
            response.hovered() || response.has_focus(),
        );
        let surface = |rest| {
            if down {
                p.pressed
            } else if over {
                p.hover
            } else {
                rest
            }
        };
        let none = Color32::TRANSPARENT;
        match self.weight {
            Weight::Primary => Colours {
                fill: if over { p.accent_hover } else { p.accent },
                outline: none,
                text: p.on_accent,
            },
            _ if self.selected => Colours {
                fill: p.accent_soft,
                outline: p.accent,
                text: p.accent,
            },
            Weight::Plain => Colours {
                fill: surface(p.raised),
                outline: p.line_strong,
                text: p.text,
            },
            Weight::Quiet => Colours {
                fill: surface(none),
                outline: none,
                text: if over { p.text } else { p.text_soft },
            },
            Weight::Danger => Colours {
                fill: surface(p.raised),
                outline: p.error,
                text: p.error,
            },
        }
    }
}

struct Colours {
    fill: Color32,
    outline: Color32,
    text: Color32,
}

const ICON_SIZE: f32 = 18.0;

impl Widget for ActionButton<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        ui.add_enabled_ui(self.enabled, |ui| self.draw(ui)).inner
    }
}

impl ActionButton<'_> {
    fn draw(self, ui: &mut Ui) -> Response {
        let galley = self.words.then(|| {
            let font = if self.weight == Weight::Primary {
                strong(type_scale::BODY)
            } else {
                regular(type_scale::BODY)
            };
            ui.painter()
                .layout_no_wrap(self.name.to_owned(), font, Color32::PLACEHOLDER)
        });
        let content = self.content_width(galley.as_deref());
        let size = match galley {
            Some(_) => vec2(
                (content + 2.0 * space::M).max(self.min_width),
                CONTROL_HEIGHT,
            ),
            None => Vec2::splat(CONTROL_HEIGHT + space::XS),
        };
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let (enabled, name, selected) = (ui.is_enabled(), self.name, self.selected);
        response.widget_info(|| match selected {
            true => WidgetInfo::selected(Role::Button, enabled, true, name),
            false => WidgetInfo::labeled(Role::Button, enabled, name),
        });
        if ui.is_rect_visible(rect) {
            let colours = self.colours(&response);
            frame(ui, rect, &colours, response.has_focus());
            self.paint_content(
                ui,
                Rect::from_center_size(rect.center(), vec2(content, size.y)),
                galley,
                colours.text,
            );
        }
        response
    }

    fn content_width(&self, galley: Option<&Galley>) -> f32 {
        let words = galley.map_or(0.0, |galley| galley.size().x);
        match (self.icon.is_some(), galley.is_some()) {
            (true, true) => ICON_SIZE + space::S + words,
            (true, false) => ICON_SIZE,
            (false, _) => words,
        }
    }

    fn paint_content(&self, ui: &Ui, rect: Rect, galley: Option<Arc<Galley>>, colour: Color32) {
        if let Some(icon) = self.icon {
            let centre = pos2(rect.left() + ICON_SIZE / 2.0, rect.center().y);
            icon.paint(
                ui.painter(),
                Rect::from_center_size(centre, Vec2::splat(ICON_SIZE)),
                colour,
            );
        }
        if let Some(galley) = galley {
            let at = rect.right_center() - vec2(galley.size().x, galley.size().y / 2.0);
            ui.painter().galley(at, galley, colour);
        }
    }
}

fn frame(ui: &Ui, rect: Rect, colours: &Colours, focused: bool) {
    let radius = CornerRadius::same(RADIUS);
    ui.painter().rect(
        rect,
        radius,
        colours.fill,
        Stroke::new(1.0, colours.outline),
        StrokeKind::Inside,
    );
    if focused {
        let ring = Stroke::new(2.0, Palette::dark().accent);
        ui.painter().rect_stroke(
            rect.expand(2.0),
            CornerRadius::same(RADIUS + 2),
            ring,
            StrokeKind::Inside,
        );
    }
}
