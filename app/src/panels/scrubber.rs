//! The strip under the picture: one bar per B-scan, as high as its doubt, and where in the volume we are.

use egui::{Align2, CornerRadius, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use fovea_editor::{BscanSummary, Command, OpenCase, State};

use super::command_icon;
use crate::theme::{Palette, regular, space, type_scale};
use crate::widgets::Icon;

const COUNTER_WIDTH: f32 = 56.0;
/// Bars are no wider than this, however few B-scans there are.
const BAR_WIDTH_MAX: f32 = 14.0;
const STEP_WIDTH: f32 = 32.0;

/// Draws the strip.
pub(super) fn show(ui: &mut Ui, state: &State, case: &OpenCase, commands: &mut Vec<Command>) {
    ui.horizontal_centered(|ui| {
        command_icon(ui, Icon::ChevronLeft, "go.previous", state, commands);
        let strip_width = ui.available_width() - STEP_WIDTH - COUNTER_WIDTH - 3.0 * space::S;
        strip(ui, strip_width, case, state.queue.threshold, commands);
        command_icon(ui, Icon::ChevronRight, "go.next", state, commands);
        counter(ui, case);
    });
}

fn counter(ui: &mut Ui, case: &OpenCase) {
    let (rect, _) = ui.allocate_exact_size(vec2(COUNTER_WIDTH, 28.0), Sense::hover());
    let text = format!("{} / {}", case.current + 1, case.bscans.len());
    let p = Palette::dark();
    ui.painter().text(
        rect.right_center(),
        Align2::RIGHT_CENTER,
        text,
        regular(type_scale::BODY),
        p.text,
    );
}

fn strip(ui: &mut Ui, width: f32, case: &OpenCase, threshold: f32, commands: &mut Vec<Command>) {
    let p = Palette::dark();
    let (rect, response) =
        ui.allocate_exact_size(vec2(width.max(40.0), 40.0), Sense::click_and_drag());
    let count = case.bscans.len().max(1);
    let position = f64::from(case.current) + 1.0;
    response.widget_info(|| WidgetInfo::slider(true, position, "B-scan position"));
    ui.painter().rect(
        rect,
        CornerRadius::same(4),
        p.well,
        Stroke::new(1.0, p.line),
        StrokeKind::Inside,
    );
    let inner = rect.shrink(3.0);
    let pitch = inner.width() / count as f32;
    let gap = if pitch > 5.0 { 1.0 } else { 0.0 };
    for bscan in &case.bscans {
        let left = inner.left() + bscan.index as f32 * pitch;
        let column = Rect::from_min_size(
            pos2(left, inner.top()),
            vec2((pitch - gap).max(1.0), inner.height()),
        );
        paint_bscan(ui, column, bscan, bscan.index == case.current, threshold);
    }
    if let Some(pos) = response
        .interact_pointer_pos()
        .filter(|_| response.is_pointer_button_down_on() || response.clicked())
    {
        let index = ((pos.x - inner.left()) / pitch).clamp(0.0, count as f32 - 1.0) as u32;
        if index != case.current {
            commands.push(Command::SelectBscan(index));
        }
    }
    let hovered = response
        .hover_pos()
        .map(|pos| ((pos.x - inner.left()) / pitch).clamp(0.0, count as f32 - 1.0) as usize);
    if let Some(bscan) = hovered.and_then(|index| case.bscans.get(index)) {
        response.on_hover_text_at_pointer(words_of(bscan));
    }
}

fn paint_bscan(ui: &Ui, column: Rect, bscan: &BscanSummary, current: bool, threshold: f32) {
    let p = Palette::dark();
    if current {
        ui.painter()
            .rect_filled(column, CornerRadius::same(2), p.accent_soft);
    }
    let height = bscan.score.map_or(2.0, |score| {
        (score.clamp(0.0, 1.0) * (column.height() - 6.0)).max(3.0)
    });
    let colour = match bscan.score {
        Some(score) if score > threshold => p.warn.gamma_multiply(0.8),
        Some(_) => p.text_faint,
        None => p.line_strong,
    };
    let width = column.width().min(BAR_WIDTH_MAX);
    let bar = Rect::from_min_max(
        pos2(column.center().x - width / 2.0, column.bottom() - height),
        pos2(column.center().x + width / 2.0, column.bottom()),
    );
    ui.painter().rect_filled(
        bar,
        CornerRadius::same(1),
        if current { p.accent } else { colour },
    );
    if bscan.version_count > 1 {
        let radius = (column.width() / 2.0).min(2.0);
        ui.painter()
            .circle_filled(pos2(column.center().x, column.top() + 3.0), radius, p.ok);
    }
    if current {
        let outline = Stroke::new(1.0, p.accent);
        ui.painter()
            .rect_stroke(column, CornerRadius::same(2), outline, StrokeKind::Inside);
    }
}

fn words_of(bscan: &BscanSummary) -> String {
    let score = bscan.score.map_or("not segmented".to_owned(), |score| {
        format!("doubt {score:.2}")
    });
    let versions = match bscan.version_count {
        0 => "no version".to_owned(),
        1 => "1 version".to_owned(),
        count => format!("{count} versions"),
    };
    format!("B-scan {} · {score} · {versions}", bscan.index + 1)
}
