//! The picture between editor and graphics adapter: what it holds, and how this frame shows it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Rect, Shape};
use egui_wgpu::{Callback, RenderState};
use fovea_annotation::{Mask, TileId};
use fovea_canvas::{
    BrushCursor, CanvasContent, CanvasError, CanvasFrame, CanvasRenderer, ClassLut, GrayWindow,
    HeatStyle, MaskStyle, RawStyle, Viewport,
};
use fovea_editor::{OpenTile, State, Tool};
use fovea_geometry::{PointPx, RectPx, SizePx};

use super::{callback::ComposeCallback, stroke_clock::StrokeClock};

/// Width of class outlines in UI points, when outlines are shown instead of areas.
const OUTLINE_POINTS: f32 = 1.5;
/// Doubt below this is not painted: it would only veil the picture.
const HEAT_THRESHOLD: f32 = 0.08;

/// Which mask the canvas holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// What the person edits.
    Live(TileId),
    /// The version before the newest.
    Previous(TileId),
}

/// Owner of what the canvas shows. Uploads wait in the content until a frame is really painted.
pub(crate) struct CanvasHost {
    content: Arc<Mutex<CanvasContent>>,
    clock: Arc<StrokeClock>,
    shown: Option<Shown>,
}

impl CanvasHost {
    /// Puts the pipelines into the egui renderer; once per device.
    pub(crate) fn install(render_state: &RenderState) -> Self {
        let renderer = CanvasRenderer::new(&render_state.device, render_state.target_format);
        render_state
            .renderer
            .write()
            .callback_resources
            .insert(renderer);
        Self {
            content: Arc::default(),
            clock: Arc::default(),
            shown: None,
        }
    }

    /// The clock from pointer to screen.
    pub(crate) fn clock(&self) -> &StrokeClock {
        &self.clock
    }

    /// Another tile, or everything of it, is to be shown.
    pub(crate) fn replace(&mut self, tile: Option<&OpenTile>) -> Result<(), CanvasError> {
        self.shown = None;
        let mut content = lock(&self.content);
        let Some(tile) = tile else {
            content.clear();
            return Ok(());
        };
        content.set_image(tile.image.size, &tile.image.pixels)?;
        if let Some(uncertainty) = &tile.uncertainty {
            content.set_uncertainty(uncertainty.size(), uncertainty.values())?;
        }
        content.set_mask(tile.mask.size(), tile.mask.classes())?;
        self.shown = Some(Shown::Live(tile.id));
        Ok(())
    }

    /// A part of the mask changed.
    pub(crate) fn update_mask(&mut self, tile: &OpenTile, rect: RectPx) -> Result<(), CanvasError> {
        // While another version is shown the whole live mask is uploaded again afterwards.
        if self.shown != Some(Shown::Live(tile.id)) || rect.is_empty() {
            return Ok(());
        }
        lock(&self.content).update_mask_rect(rect, &rows_of(&tile.mask, rect))
    }

    /// Shows the version before while the compare key is held, and the live mask otherwise.
    pub(crate) fn follow_compare(&mut self, state: &State) -> Result<(), CanvasError> {
        let Some(tile) = &state.tile else {
            return Ok(());
        };
        let previous = tile.previous_mask.as_ref().filter(|_| state.view.compare);
        let (wanted, mask) = match previous {
            Some(mask) => (Shown::Previous(tile.id), mask.as_ref()),
            None => (Shown::Live(tile.id), &tile.mask),
        };
        if self.shown.is_some() && self.shown != Some(wanted) {
            lock(&self.content).set_mask(mask.size(), mask.classes())?;
            self.shown = Some(wanted);
        }
        Ok(())
    }

    /// The shape that draws the canvas into `rect`; `pointer` is where the brush would paint.
    pub(crate) fn shape(
        &self,
        state: &State,
        rect: Rect,
        pixels_per_point: f32,
        pointer: Option<PointPx>,
    ) -> Shape {
        let frame = frame_of(state, viewport_of(rect, pixels_per_point), pointer);
        let callback =
            ComposeCallback::new(Arc::clone(&self.content), Arc::clone(&self.clock), frame);
        Shape::Callback(Callback::new_paint_callback(rect, callback))
    }
}

/// A panic elsewhere while the lock was held leaves pixels that the next upload replaces.
pub(super) fn lock(content: &Mutex<CanvasContent>) -> MutexGuard<'_, CanvasContent> {
    content.lock().unwrap_or_else(PoisonError::into_inner)
}

fn rows_of(mask: &Mask, rect: RectPx) -> Vec<u8> {
    (rect.y0..rect.y1)
        .flat_map(|y| &mask.row(y)[rect.x0 as usize..rect.x1 as usize])
        .copied()
        .collect()
}

/// Rounds as egui rounds the viewport of a paint callback.
fn viewport_of(rect: Rect, pixels_per_point: f32) -> Viewport {
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

fn frame_of(state: &State, viewport: Viewport, pointer: Option<PointPx>) -> CanvasFrame {
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
        is_visible: view.shows_overlay(),
        classes: lut_of(state),
        opacity: if view.outline { 0.0 } else { view.mask_opacity },
        outline_points: if view.outline { OUTLINE_POINTS } else { 0.0 },
    };
    frame.uncertainty = HeatStyle {
        is_visible: view.shows_overlay() && view.uncertainty,
        opacity: view.uncertainty_opacity,
        threshold: HEAT_THRESHOLD,
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

/// Size of the picture of the open tile.
pub(crate) fn image_size(state: &State) -> Option<SizePx> {
    state.tile.as_ref().map(|tile| tile.image.size)
}
