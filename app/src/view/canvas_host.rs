//! The picture between editor and graphics adapter: what it holds, and how this frame shows it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Rect, Shape};
use egui_wgpu::{Callback, RenderState};
use fovea_annotation::{Mask, TileId, VersionId};
use fovea_canvas::{CanvasContent, CanvasError, CanvasRenderer};
use fovea_editor::{OpenTile, State};
use fovea_geometry::{PointPx, RectPx, SizePx};

use super::callback::ComposeCallback;
use super::frame::{frame_of, viewport_of};
use super::stroke_clock::StrokeClock;

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
    /// The version whose changes the content holds.
    diff_of: Option<VersionId>,
    shows_diff: bool,
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
            diff_of: None,
            shows_diff: false,
        }
    }

    /// The clock from pointer to screen.
    pub(crate) fn clock(&self) -> &StrokeClock {
        &self.clock
    }

    /// Another tile, or everything of it, is to be shown.
    pub(crate) fn replace(&mut self, tile: Option<&OpenTile>) -> Result<(), CanvasError> {
        self.shown = None;
        self.diff_of = None;
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

    /// Shows what the newest version changed against the one before, instead of the label, while `wanted`.
    pub(crate) fn show_changes(&mut self, state: &State, wanted: bool) -> Result<(), CanvasError> {
        let masks = state.tile.as_ref().and_then(|tile| {
            Some((
                tile.head()?.id,
                tile.previous_mask.as_ref()?,
                tile.head_mask.as_ref()?,
            ))
        });
        self.shows_diff = wanted && masks.is_some() && self.shown.is_some();
        let Some((version, before, after)) = masks.filter(|_| self.shows_diff) else {
            return Ok(());
        };
        if self.diff_of != Some(version) {
            lock(&self.content).set_diff(after.size(), &diff_codes(before, after))?;
            self.diff_of = Some(version);
        }
        Ok(())
    }

    /// True while changes are shown instead of the label.
    pub(crate) fn shows_changes(&self) -> bool {
        self.shows_diff
    }

    /// The shape that draws the canvas into `rect`; `pointer` is where the brush would paint.
    pub(crate) fn shape(
        &self,
        state: &State,
        rect: Rect,
        pixels_per_point: f32,
        pointer: Option<PointPx>,
    ) -> Shape {
        let frame = frame_of(
            state,
            viewport_of(rect, pixels_per_point),
            pointer,
            self.shows_diff,
        );
        let callback =
            ComposeCallback::new(Arc::clone(&self.content), Arc::clone(&self.clock), frame);
        Shape::Callback(Callback::new_paint_callback(rect, callback))
    }
}

/// A panic elsewhere while the lock was held leaves pixels that the next upload replaces.
pub(super) fn lock(content: &Mutex<CanvasContent>) -> MutexGuard<'_, CanvasContent> {
    content.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Per pixel what the canvas calls it: 0 same, 1 added, 2 removed, 3 relabelled.
fn diff_codes(before: &Mask, after: &Mask) -> Vec<u8> {
    let code = |(before, after): (&u8, &u8)| match (*before, *after) {
        (before, after) if before == after => 0,
        (0, _) => 1,
        (_, 0) => 2,
        _ => 3,
    };
    before
        .classes()
        .iter()
        .zip(after.classes())
        .map(code)
        .collect()
}

fn rows_of(mask: &Mask, rect: RectPx) -> Vec<u8> {
    (rect.y0..rect.y1)
        .flat_map(|y| &mask.row(y)[rect.x0 as usize..rect.x1 as usize])
        .copied()
        .collect()
}

/// Size of the picture of the open tile.
pub(crate) fn image_size(state: &State) -> Option<SizePx> {
    state.tile.as_ref().map(|tile| tile.image.size)
}
