//! One label version: number, how it came about, what it changed.

use egui::{
    Align, Align2, Color32, CornerRadius, FontId, Layout, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
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
    /// Who approved it and when, in words, where it is the approved version.
    pub(crate) approved: Option<&'a str>,
}

const HEIGHT: f32 = 56.0;
/// The third line, of the approved version.
const APPROVED_HEIGHT: f32 = 18.0;
/// Room that the second line leaves for buttons.
const ACTIONS_WIDTH: f32 = 40.0;

/// Draws the row; `actions` adds buttons at its right end.
pub(crate) fn version_row(
    ui: &mut Ui,
    row: &VersionRow<'_>,
    actions: impl FnOnce(&mut Ui),
) -> Response {
    let p = Palette::dark();
    let below = row.approved.map_or(0.0, |_| APPROVED_HEIGHT);
    let size = vec2(ui.available_width(), HEIGHT + below);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    let outline = Stroke::new(1.0, if row.current { p.accent } else { p.line });
    ui.painter().rect(
        rect,
        CornerRadius::same(RADIUS),
        p.raised,
        outline,
        StrokeKind::Inside,
    );
    let whole = rect.shrink2(vec2(10.0, 8.0));
    let inner = whole.with_max_y(whole.bottom() - below);
    change_line(ui, inner, row);
    if let Some(words) = row.approved {
        approved_line(ui, whole, words);
    }
    let line = format!("{} · {}", row.kind, row.origin);
    let at = inner.left_bottom() - vec2(0.0, 15.0);
    let width = inner.width() - if row.current { 0.0 } else { ACTIONS_WIDTH };
    paint_cut(
        ui,
        at,
        width,
        &line,
        regular(type_scale::CAPTION),
        p.text_soft,
    );
    // Beside the second line, which leaves room for them; the first may be long.
    let beside = inner
        .with_min_y(inner.bottom() - 24.0)
        .with_max_y(inner.bottom() + 8.0);
    let buttons = UiBuilder::new()
        .max_rect(beside)
        .layout(Layout::right_to_left(Align::Center));
    actions(&mut ui.new_child(buttons));
    let [added, removed, relabelled] = row.changed_px;
    let (label, kind) = (row.label, row.kind);
    response.widget_info(|| {
        let mut said = format!(
            "{label}, {kind}, {added} pixels added, {removed} removed, {relabelled} relabelled"
        );
        if let Some(words) = row.approved {
            said = format!("{said}, {words}");
        }
        WidgetInfo::labeled(Role::ListItem, true, said)
    });
    response
}

/// Who approved the version, under the other lines.
fn approved_line(ui: &Ui, inner: Rect, words: &str) {
    let p = Palette::dark();
    let at = inner.left_bottom() - vec2(0.0, 14.0);
    let sign = Rect::from_min_size(at, vec2(14.0, 14.0));
    Icon::Check.paint(ui.painter(), sign, p.ok);
    let at = at + vec2(14.0 + space::XS, -1.0);
    let width = inner.width() - 14.0 - space::XS;
    paint_cut(ui, at, width, words, regular(type_scale::CAPTION), p.ok);
}

/// The number of the version and what it changed, on one line.
fn change_line(ui: &Ui, inner: Rect, row: &VersionRow<'_>) {
    let p = Palette::dark();
    let colour = if row.current { p.accent } else { p.text };
    let mut x = inner.left();
    let mut write = |text: &str, font: FontId, colour: Color32| {
        let drawn = ui
            .painter()
            .text(pos2(x, inner.top()), Align2::LEFT_TOP, text, font, colour);
        x = drawn.right() + space::S;
    };
    write(row.label, strong(type_scale::BODY), colour);
    for (text, colour) in change_words(row) {
        write(&text, regular(type_scale::BODY), colour);
    }
    if row.waiting {
        let clock = Rect::from_min_size(pos2(x, inner.top() + 1.0), vec2(14.0, 14.0));
        Icon::Clock.paint(ui.painter(), clock, p.text_faint);
    }
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
pub(crate) fn grouped(count: u64) -> String {
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
