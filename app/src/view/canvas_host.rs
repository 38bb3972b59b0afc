//! The picture between editor and graphics adapter: what it holds, and how this frame shows it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use egui::{Rect, Shape};
use egui_wgpu::{Callback, RenderState};
use fovea_annotation::{Mask, TileId, VersionId, VersionKind};
use fovea_canvas::{CanvasContent, CanvasError, CanvasRenderer, TensorBuffer, TensorPictures};
use fovea_editor::{OpenTile, State};
use fovea_geometry::{PointPx, RectPx, SizePx};
use fovea_inference::{DeviceBuffer, DevicePictures};

use super::callback::ComposeCallback;
use super::frame::{frame_of, viewport_of};
use super::stroke_clock::StrokeClock;

/// Which mask the canvas holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// What the person edits.
    Live(TileId),
    /// The same pixels, still where the model left them on the graphics device: they cannot be edited there.
    OnDevice(TileId),
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

    /// Another tile, or everything of it, is to be shown. What the model left on the graphics device is shown from
    /// there: the uncertainty always, the mask while it is the label.
    pub(crate) fn replace(
        &mut self,
        tile: Option<&OpenTile>,
        on_device: Option<DevicePictures>,
    ) -> Result<(), CanvasError> {
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
        let mut shown = Shown::Live(tile.id);
        if let Some(pictures) = on_device.filter(|p| p.size == tile.image.size) {
            let is_label = is_prediction(tile);
            let size = pictures.size;
            content.set_from_buffers(size, tensor_pictures(pictures, is_label))?;
            if is_label {
                shown = Shown::OnDevice(tile.id);
            }
        }
        if shown == Shown::Live(tile.id) {
            content.set_mask(tile.mask.size(), tile.mask.classes())?;
        }
        self.shown = Some(shown);
        Ok(())
    }

    /// A part of the mask changed.
    pub(crate) fn update_mask(&mut self, tile: &OpenTile, rect: RectPx) -> Result<(), CanvasError> {
        if self.shown == Some(Shown::OnDevice(tile.id)) {
            // The first edit: from now on the canvas holds the mask that the person edits.
            self.shown = Some(Shown::Live(tile.id));
            return lock(&self.content).set_mask(tile.mask.size(), tile.mask.classes());
        }
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
        let is_on_device = self.shown == Some(Shown::OnDevice(tile.id)) && previous.is_none();
        if self.shown.is_some() && self.shown != Some(wanted) && !is_on_device {
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

/// True while the label is the model's newest prediction, untouched.
fn is_prediction(tile: &OpenTile) -> bool {
    tile.head()
        .is_some_and(|head| head.kind == VersionKind::Model)
        && !tile.has_unsaved_work()
}

fn tensor_pictures(pictures: DevicePictures, with_classes: bool) -> TensorPictures {
    let tensor = |buffer: DeviceBuffer| TensorBuffer {
        buffer: buffer.buffer,
        offset_bytes: buffer.offset_bytes,
        row_stride: buffer.row_stride,
        keep_alive: buffer.keep_alive,
    };
    TensorPictures {
        classes: with_classes.then_some(pictures.classes).map(tensor),
        uncertainty: Some(tensor(pictures.uncertainty)),
    }
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
