//! One tile of the review queue: how doubtful, where, and why.

use egui::{Align2, Color32, CornerRadius, Rect, Response, Ui, pos2, vec2};

use super::{list_row, paint_cut};
use crate::theme::{Palette, regular, space, strong, type_scale};

/// What a [`queue_card`] shows.
pub(crate) struct QueueCard<'a> {
    /// Place in the queue, from 1.
    pub(crate) place: usize,
    /// Doubt from 0 to 1.
    pub(crate) score: f32,
    /// The case it belongs to.
    pub(crate) case: &'a str,
    /// Which B-scan, in words.
    pub(crate) bscan: &'a str,
    /// Why it is in the queue.
    pub(crate) reason: &'a str,
    /// True when it is the open one.
    pub(crate) open: bool,
}

const HEIGHT: f32 = 64.0;
const SCORE_WIDTH: f32 = 40.0;

/// Draws the card.
pub(crate) fn queue_card(ui: &mut Ui, card: &QueueCard<'_>) -> Response {
    let p = Palette::dark();
    let name = format!(
        "{}. {}, {}, doubt {:.2}, {}",
        card.place, card.case, card.bscan, card.score, card.reason
    );
    let (inner, response) = list_row(ui, HEIGHT, card.open, &name);
    let text_width = inner.width() - SCORE_WIDTH - space::S;
    // The number first, because a long name is cut.
    let title = format!("{} · {}", card.bscan, card.case);
    paint_cut(
        ui,
        inner.left_top(),
        text_width,
        &title,
        strong(type_scale::BODY),
        p.text,
    );
    paint_cut(
        ui,
        inner.left_top() + vec2(0.0, 20.0),
        inner.width(),
        card.reason,
        regular(type_scale::CAPTION),
        p.text_soft,
    );
    let figures = format!("{:.2}", card.score);
    ui.painter().text(
        inner.right_top(),
        Align2::RIGHT_TOP,
        figures,
        strong(type_scale::BODY),
        p.text,
    );
    let bar = Rect::from_min_max(
        pos2(inner.left(), inner.bottom() - 5.0),
        pos2(inner.right(), inner.bottom() - 1.0),
    );
    ui.painter()
        .rect_filled(bar, CornerRadius::same(2), p.pressed);
    let filled = bar.with_max_x(bar.left() + bar.width() * card.score.clamp(0.0, 1.0));
    ui.painter()
        .rect_filled(filled, CornerRadius::same(2), doubt_colour(card.score));
    response
}

/// From calm to urgent; the number beside it says the same without colour.
fn doubt_colour(score: f32) -> Color32 {
    let p = Palette::dark();
    if score < 0.5 {
        p.accent.lerp_to_gamma(p.warn, score * 2.0)
    } else {
        p.warn.lerp_to_gamma(p.error, (score - 0.5) * 2.0)
    }
}
