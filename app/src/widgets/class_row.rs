//! One class of the label schema: colour, name, number key, a lock, and an eye to hide it.

use egui::{
    Align2, Color32, CornerRadius, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};

use super::{Icon, list_row};
use crate::theme::{Palette, regular, space, strong, type_scale};

/// What a [`class_row`] shows.
pub(crate) struct ClassRow<'a> {
    /// Short name.
    pub(crate) name: &'a str,
    /// What the name stands for.
    pub(crate) description: &'a str,
    /// Colour in the overlay.
    pub(crate) colour: Color32,
    /// Key that chooses it, if it has one.
    pub(crate) key: Option<String>,
    /// True when it is drawn.
    pub(crate) visible: bool,
    /// True when the brush leaves it alone.
    pub(crate) locked: bool,
    /// True when the brush paints it.
    pub(crate) active: bool,
}

/// What the user did with a [`class_row`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ClassRowClicks {
    /// Chosen for painting.
    pub(crate) activated: bool,
    /// Shown or hidden.
    pub(crate) toggled: bool,
    /// Locked or unlocked.
    pub(crate) lock_toggled: bool,
}

const HEIGHT: f32 = 25.0;
const SWATCH_SIZE: f32 = 14.0;
const ICON_SIZE: f32 = 15.0;
const BUTTON_WIDTH: f32 = 24.0;

/// Draws the row.
pub(crate) fn class_row(ui: &mut Ui, row: &ClassRow<'_>) -> ClassRowClicks {
    let (inner, response) = list_row(ui, HEIGHT, row.active, row.name);
    let over = response.contains_pointer() || response.has_focus();
    swatch_and_name(ui, inner, row);
    let mut right = inner.right();
    let eye = button(ui, &mut right, inner.center().y, row, &EYE);
    let lock = (row.locked || over).then(|| button(ui, &mut right, inner.center().y, row, &LOCK));
    if let (Some(key), None) = (&row.key, &lock) {
        let (font, colour) = (regular(type_scale::CAPTION), Palette::dark().text_faint);
        let at = pos2(right - BUTTON_WIDTH / 2.0, inner.center().y);
        ui.painter()
            .text(at, Align2::CENTER_CENTER, key, font, colour);
    }
    let lock_toggled = lock.is_some_and(|lock| lock.clicked());
    let clicks = ClassRowClicks {
        activated: response.clicked(),
        toggled: eye.clicked(),
        lock_toggled,
    };
    response.on_hover_text(match &row.key {
        Some(key) => format!("{} ({key})", row.description),
        None => row.description.to_owned(),
    });
    clicks
}

fn swatch_and_name(ui: &Ui, inner: Rect, row: &ClassRow<'_>) {
    let p = Palette::dark();
    let middle = inner.center().y;
    let swatch = Rect::from_center_size(
        pos2(inner.left() + SWATCH_SIZE / 2.0, middle),
        Vec2::splat(SWATCH_SIZE),
    );
    let fill = if row.visible {
        row.colour
    } else {
        Color32::TRANSPARENT
    };
    let rim = Stroke::new(1.0, row.colour.lerp_to_gamma(p.text, 0.3));
    ui.painter()
        .rect(swatch, CornerRadius::same(3), fill, rim, StrokeKind::Inside);
    let (font, colour) = match (row.active, row.visible) {
        (true, _) => (strong(type_scale::BODY), p.text),
        (false, true) => (regular(type_scale::BODY), p.text),
        (false, false) => (regular(type_scale::BODY), p.text_faint),
    };
    ui.painter().text(
        pos2(swatch.right() + space::S, middle),
        Align2::LEFT_CENTER,
        row.name,
        font,
        colour,
    );
}

/// One of the small switches at the right end.
struct Switch {
    id: &'static str,
    is_on: fn(&ClassRow<'_>) -> bool,
    /// What a click does, by whether it is on.
    verbs: [&'static str; 2],
    icons: [Icon; 2],
}

const EYE: Switch = Switch {
    id: "eye",
    is_on: |row| row.visible,
    verbs: ["Show", "Hide"],
    icons: [Icon::EyeOff, Icon::Eye],
};
const LOCK: Switch = Switch {
    id: "lock",
    is_on: |row| row.locked,
    verbs: ["Lock", "Unlock"],
    icons: [Icon::LockOpen, Icon::Lock],
};

/// Draws a switch that ends at `right`, and moves `right` to its left edge.
fn button(ui: &Ui, right: &mut f32, middle: f32, row: &ClassRow<'_>, switch: &Switch) -> Response {
    let p = Palette::dark();
    let rect = Rect::from_min_max(
        pos2(*right - BUTTON_WIDTH, middle - HEIGHT / 2.0),
        pos2(*right, middle + HEIGHT / 2.0),
    );
    *right -= BUTTON_WIDTH;
    let response = ui.interact(
        rect,
        ui.scope_id().with((switch.id, row.name)),
        Sense::click(),
    );
    let at = usize::from((switch.is_on)(row));
    let name = format!("{} {}", switch.verbs[at], row.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name));
    let colour = match (response.hovered() || response.has_focus(), at) {
        (true, _) => p.text,
        (false, 1) => p.text_soft,
        (false, _) => p.text_faint,
    };
    switch.icons[at].paint(
        ui.painter(),
        Rect::from_center_size(rect.center(), vec2(ICON_SIZE, ICON_SIZE)),
        colour,
    );
    response.on_hover_text(name)
}
