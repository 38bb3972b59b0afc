//! What is written over the picture: which eye and B-scan, zoom, scale bar, and the pixel under the pointer.

use egui::{Align2, Color32, CornerRadius, Painter, Pos2, Rect, Stroke, StrokeKind, vec2};
use fovea_canvas::DiffStyle;
use fovea_editor::State;
use fovea_geometry::PointPx;
use fovea_imaging::Laterality;

use super::canvas_view::is_on_picture;
use super::scale_bar::ScaleBar;
use crate::theme::{Palette, regular, space, strong, type_scale};

/// Paints all of it.
pub(super) fn paint(painter: &Painter, rect: Rect, state: &State, pointer: Option<PointPx>) {
    if state.tile.is_none() {
        return;
    }
    eye_and_position(painter, rect, state);
    zoom_and_mode(painter, rect, state);
    let spacing = state.case.as_ref().and_then(|case| case.summary.spacing_um);
    let bar = spacing
        .and_then(|um| ScaleBar::fitting(f64::from(state.view.view_from_image.scale_x) / um.x));
    if let Some(bar) = bar {
        bar.paint(painter, rect);
    }
    if let Some(point) = pointer.filter(|point| is_on_picture(state, *point)) {
        plate(
            painter,
            rect.right_bottom() + vec2(-12.0, -12.0),
            Align2::RIGHT_BOTTOM,
            &readout(state, point),
            Palette::dark().text,
        );
    }
}

/// Says which colour stands for what while the changes of a version are shown.
pub(super) fn paint_changes_legend(painter: &Painter, rect: Rect) {
    let style = DiffStyle::default();
    let kinds = [
        ("added", style.added),
        ("removed", style.removed),
        ("relabelled", style.relabelled),
    ];
    let mut at = rect.center_top() + vec2(-132.0, 12.0);
    for (words, [r, g, b, _]) in kinds {
        let drawn = plate(
            painter,
            at,
            Align2::LEFT_TOP,
            words,
            Color32::from_rgb(r, g, b),
        );
        at.x = drawn.right() + space::S;
    }
}

/// "OD" or "OS" as ophthalmologists write it, in the corner where they look for it.
fn eye_and_position(painter: &Painter, rect: Rect, state: &State) {
    let Some(case) = &state.case else { return };
    let p = Palette::dark();
    let mut at = rect.left_top() + vec2(12.0, 12.0);
    let eye = match case.summary.laterality {
        Laterality::Right => Some("OD"),
        Laterality::Left => Some("OS"),
        Laterality::Unknown => None,
    };
    if let Some(eye) = eye {
        let drawn = badge(painter, at, eye);
        at.x = drawn.right() + space::S;
    }
    let text = format!("B-scan {} of {}", case.current + 1, case.bscans.len());
    plate(painter, at, Align2::LEFT_TOP, &text, p.text);
}

fn zoom_and_mode(painter: &Painter, rect: Rect, state: &State) {
    let p = Palette::dark();
    let corner = rect.right_top() + vec2(-12.0, 12.0);
    let zoom = format!("{:.0} %", state.view.view_from_image.scale_x * 100.0);
    let drawn = plate(painter, corner, Align2::RIGHT_TOP, &zoom, p.text_soft);
    let tile = state.tile.as_ref();
    let mode = match tile {
        Some(tile) if state.view.compare => Some(match tile.versions.iter().rev().nth(1) {
            Some(version) if tile.previous_mask.is_some() => {
                format!("Comparing with v{}", version.number)
            }
            _ => "No earlier version to compare with".to_owned(),
        }),
        _ if !state.view.shows_overlay() => Some("Overlay hidden".to_owned()),
        _ => None,
    };
    if let Some(mode) = mode {
        let at = Pos2::new(drawn.left() - space::S, corner.y);
        plate(painter, at, Align2::RIGHT_TOP, &mode, p.warn);
    }
}

/// Position, class and doubt under the pointer.
fn readout(state: &State, point: PointPx) -> String {
    let Some(tile) = &state.tile else {
        return String::new();
    };
    let (x, y) = (point.x as u32, point.y as u32);
    let mut parts = vec![format!("{x}, {y} px")];
    if let Some(um) = state.case.as_ref().and_then(|case| case.summary.spacing_um) {
        parts.push(format!(
            "{:.0}, {:.0} µm",
            f64::from(point.x) * um.x,
            f64::from(point.y) * um.y
        ));
    }
    let class = tile
        .mask
        .get(x, y)
        .and_then(|class| state.schema.classes.iter().find(|def| def.index == class));
    parts.extend(class.map(|class| class.name.clone()));
    if let Some(doubt) = tile
        .uncertainty
        .as_ref()
        .and_then(|map| map.values().get(map.size().index(x, y)).copied())
    {
        parts.push(format!("doubt {:.2}", f32::from(doubt) / 255.0));
    }
    parts.join("  ·  ")
}

fn badge(painter: &Painter, at: Pos2, text: &str) -> Rect {
    let p = Palette::dark();
    let galley = painter.layout_no_wrap(text.to_owned(), strong(type_scale::BODY), p.on_accent);
    let rect = Rect::from_min_size(at, galley.size() + vec2(12.0, 6.0));
    painter.rect_filled(rect, CornerRadius::same(4), p.accent);
    painter.galley(rect.min + vec2(6.0, 3.0), galley, p.on_accent);
    rect
}

/// Text on a dark plate, readable over any picture.
fn plate(painter: &Painter, corner: Pos2, anchor: Align2, text: &str, colour: Color32) -> Rect {
    let galley = painter.layout_no_wrap(text.to_owned(), regular(type_scale::BODY), colour);
    let rect = anchor.anchor_size(corner, galley.size() + vec2(12.0, 6.0));
    let p = Palette::dark();
    let fill = Color32::from_black_alpha(170);
    painter.rect(
        rect,
        CornerRadius::same(4),
        fill,
        Stroke::new(1.0, p.line),
        StrokeKind::Inside,
    );
    painter.galley(rect.min + vec2(6.0, 3.0), galley, colour);
    rect
}
