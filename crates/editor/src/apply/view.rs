//! Zoom, pan, contrast and overlays. Nothing here leaves the state.

use crate::{Command, State, view::auto_window_level};
use fovea_geometry::{SizePx, ViewFromImage};

const ZOOM_STEP: f32 = 1.25;
const OPACITY_STEP: f32 = 0.1;

pub(super) fn apply(state: &mut State, command: Command) {
    let image_size = state
        .tile
        .as_ref()
        .map_or(SizePx::new(0, 0), |t| t.image.size);
    let view = &mut state.view;
    let middle = (view.viewport.0 / 2.0, view.viewport.1 / 2.0);
    match command {
        Command::ViewportResized { width, height } => {
            // Keep what was in the middle in the middle.
            let shift = (width / 2.0 - middle.0, height / 2.0 - middle.1);
            view.view_from_image = view.view_from_image.panned(shift.0, shift.1);
            view.viewport = (width, height);
        }
        Command::SetViewFromImage(transform) => view.view_from_image = transform,
        Command::ZoomAt { x, y, factor } if factor.is_finite() && factor > 0.0 => {
            view.view_from_image = view.view_from_image.zoomed_at(x, y, factor);
        }
        Command::ZoomStep(steps) => {
            let factor = ZOOM_STEP.powi(steps.clamp(-20, 20));
            view.view_from_image = view.view_from_image.zoomed_at(middle.0, middle.1, factor);
        }
        Command::PanBy { dx, dy } => view.view_from_image = view.view_from_image.panned(dx, dy),
        Command::FitView => view.fit_pending = true,
        Command::OneToOne => view.view_from_image = one_to_one(image_size, view.viewport),
        Command::SetWindowLevel { window, level } if window.is_finite() && level.is_finite() => {
            (view.window, view.level) = (window.clamp(1.0, 510.0), level.clamp(0.0, 255.0));
        }
        Command::AutoContrast => {
            if let Some(tile) = &state.tile {
                (view.window, view.level) = auto_window_level(&tile.image.pixels);
            }
        }
        Command::ResetContrast => (view.window, view.level) = (255.0, 127.5),
        other => apply_overlay(state, other),
    }
    state.view.fit_if_pending(image_size);
}

fn apply_overlay(state: &mut State, command: Command) {
    let view = &mut state.view;
    match command {
        Command::SetMaskOpacity(opacity) if opacity.is_finite() => {
            view.mask_opacity = opacity.clamp(0.0, 1.0)
        }
        Command::StepMaskOpacity(steps) => {
            view.mask_opacity = (view.mask_opacity + steps as f32 * OPACITY_STEP).clamp(0.0, 1.0);
        }
        Command::SetUncertaintyOpacity(opacity) if opacity.is_finite() => {
            view.uncertainty_opacity = opacity.clamp(0.0, 1.0);
        }
        Command::ToggleOverlay => view.overlay = !view.overlay,
        Command::ToggleUncertainty => view.uncertainty = !view.uncertainty,
        Command::ToggleOutline => view.outline = !view.outline,
        Command::Peek(held) => view.peek = held,
        // Comparing while a stroke is in hand would hide what is being drawn.
        Command::Compare(held) => {
            let can = state
                .tile
                .as_ref()
                .is_some_and(|t| !t.is_stroking() && t.previous_mask.is_some());
            view.compare = held && can;
        }
        Command::SetClassVisible { class, visible } => {
            match (view.hidden.binary_search(&class), visible) {
                (Ok(at), true) => drop(view.hidden.remove(at)),
                (Err(at), false) => view.hidden.insert(at, class),
                _ => {}
            }
        }
        _ => {}
    }
}

/// One image px per UI point, with the picture's middle in the viewport's.
fn one_to_one(image: SizePx, viewport: (f32, f32)) -> ViewFromImage {
    ViewFromImage {
        scale_x: 1.0,
        scale_y: 1.0,
        offset_x: ((viewport.0 - image.width as f32) / 2.0).round(),
        offset_y: ((viewport.1 - image.height as f32) / 2.0).round(),
    }
}
