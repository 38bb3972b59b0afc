//! One label version: number, how it came about, what it changed.

use egui::{
    Align2, Color32, CornerRadius, Rect, Response, Sense, Stroke, StrokeKind, Ui, pos2, vec2,
};

use super::{Icon, paint_cut};
use crate::theme::{Palette, RADIUS, regular, space, strong, type_scale};

/// What a [`version_row`] shows.
pub(crate) struct VersionRow<'a> {
    /// "v2".
    pub(crate) label: &'a str,
    /// "Model", "Edit" or "Rollback".
    pub(crate) kind: &'a str,
    /// Who and when, in words.
    pub(crate) origin: &'a str,
    /// Pixels added, removed and relabelled against the version before.
    pub(crate) changed_px: [u64; 3],
    /// True for the version that the tile stands on.
    pub(crate) current: bool,
    /// True while it waits to be sent.
    pub(crate) waiting: bool,
}

const HEIGHT: f32 = 56.0;

/// Draws the row; `actions` adds buttons at its right end.
pub(crate) fn version_row(
    ui: &mut Ui,
    row: &VersionRow<'_>,
    actions: impl FnOnce(&mut Ui),
) -> Response {
    let p = Palette::dark();
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    let outline = if row.current { p.accent } else { p.line };
    ui.painter().rect(
        rect,
        CornerRadius::same(RADIUS),
        p.raised,
        Stroke::new(1.0, outline),
        StrokeKind::Inside,
    );
    let inner = rect.shrink2(vec2(10.0, 8.0));
    let label_colour = if row.current { p.accent } else { p.text };
    let label = ui.painter().text(
        inner.left_top(),
        Align2::LEFT_TOP,
        row.label,
        strong(type_scale::BODY),
        label_colour,
    );
    let mut x = label.right() + space::S;
    for (text, colour) in change_words(row) {
        let drawn = ui.painter().text(
            pos2(x, inner.top()),
            Align2::LEFT_TOP,
            text,
            regular(type_scale::BODY),
            colour,
        );
        x = drawn.right() + space::S;
    }
    if row.waiting {
        let clock = Rect::from_min_size(pos2(x, inner.top() + 1.0), vec2(14.0, 14.0));
        Icon::Clock.paint(ui.painter(), clock, p.text_faint);
    }
    let line = format!("{} · {}", row.kind, row.origin);
    let at = inner.left_bottom() - vec2(0.0, 15.0);
    paint_cut(
        ui,
        at,
        inner.width() - if row.current { 0.0 } else { 40.0 },
        &line,
        regular(type_scale::CAPTION),
        p.text_soft,
    );
    let buttons = egui::UiBuilder::new()
        .max_rect(inner)
        .layout(egui::Layout::right_to_left(egui::Align::Center));
    actions(&mut ui.new_child(buttons));
    let [added, removed, relabelled] = row.changed_px;
    response.widget_info(|| {
        let said = format!(
            "{}, {}, {added} pixels added, {removed} removed, {relabelled} relabelled",
            row.label, row.kind
        );
        egui::WidgetInfo::labeled(egui::Role::Label, true, said)
    });
    response
}

fn change_words(row: &VersionRow<'_>) -> Vec<(String, Color32)> {
    let p = Palette::dark();
    let [added, removed, relabelled] = row.changed_px;
    let mut words = vec![
        (format!("+{} px", grouped(added)), p.ok),
        (format!("−{} px", grouped(removed)), p.error),
    ];
    if relabelled > 0 {
        words.push((format!("~{} px", grouped(relabelled)), p.warn));
    }
    words
}

/// Digits in groups of three: "44,040".
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_grouped() {
        for (count, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (44_040, "44,040"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(super::grouped(count), expected);
        }
    }
}
