//! How this frame shows the content: zoom, contrast, colours and the brush, from the editor's state.

use egui::Rect;
use fovea_canvas::{
    BrushCursor, CanvasFrame, ClassLut, DiffStyle, GrayWindow, HeatStyle, MaskStyle, RawStyle,
    Viewport,
};
use fovea_editor::{State, Tool};
use fovea_geometry::PointPx;

/// Width of class outlines in UI points, when outlines are shown instead of areas.
const OUTLINE_POINTS: f32 = 1.5;
/// Doubt below this is not painted: it would only veil the picture.
const HEAT_THRESHOLD: f32 = 0.08;

/// Rounds as egui rounds the viewport of a paint callback.
pub(super) fn viewport_of(rect: Rect, pixels_per_point: f32) -> Viewport {
    let px = |points: f32| (points * pixels_per_point).round().max(0.0) as u32;
    let (left_px, top_px) = (px(rect.left()), px(rect.top()));
    Viewport {
        left_px,
        top_px,
        width_px: px(rect.right()).saturating_sub(left_px),
        height_px: px(rect.bottom()).saturating_sub(top_px),
        pixels_per_point,
    }
}

pub(super) fn frame_of(
    state: &State,
    viewport: Viewport,
    pointer: Option<PointPx>,
    shows_changes: bool,
) -> CanvasFrame {
    let view = &state.view;
    let mut frame = CanvasFrame::new(viewport, view.view_from_image);
    let half = view.window.max(1.0) / 2.0;
    frame.raw = RawStyle {
        window: GrayWindow {
            black: view.level - half,
            white: view.level + half,
        },
        ..RawStyle::default()
    };
    frame.mask = MaskStyle {
        is_visible: view.shows_overlay() && !shows_changes,
        classes: lut_of(state),
        opacity: if view.outline { 0.0 } else { view.mask_opacity },
        outline_points: if view.outline { OUTLINE_POINTS } else { 0.0 },
    };
    frame.uncertainty = HeatStyle {
        is_visible: view.shows_overlay() && view.uncertainty && !shows_changes,
        opacity: view.uncertainty_opacity,
        threshold: HEAT_THRESHOLD,
    };
    frame.diff = DiffStyle {
        is_visible: shows_changes,
        ..DiffStyle::default()
    };
    frame.cursor = pointer.and_then(|at| cursor_of(state, at));
    frame
}

fn lut_of(state: &State) -> ClassLut {
    let colour = |class: &fovea_annotation::ClassDef| {
        let [r, g, b] = class.colour_rgb;
        let shown = class.index != 0 && !state.view.hidden.contains(&class.index);
        [r, g, b, if shown { 255 } else { 0 }]
    };
    ClassLut::from_colours(state.schema.classes.iter().map(colour))
}

fn cursor_of(state: &State, center_in_image: PointPx) -> Option<BrushCursor> {
    let class = state
        .schema
        .classes
        .iter()
        .find(|class| class.index == state.tools.class);
    let colour = match state.tools.tool {
        Tool::Brush => class.map_or([255, 255, 255], |class| class.colour_rgb),
        Tool::Eraser => [255, 255, 255],
        Tool::Pan => return None,
    };
    let [r, g, b] = colour;
    Some(BrushCursor {
        center_in_image,
        radius_px: state.tools.radius_px,
        colour: [r, g, b, 255],
    })
}
