//! The middle of the window: the picture with its scrubber, or where to begin.

use egui::{CentralPanel, Frame, Margin, Panel, Ui};
use fovea_editor::{Command, State};

use super::{bar_frame, scrubber, start};
use crate::theme::Palette;
use crate::view::{CanvasHost, CanvasView};

/// Draws it.
pub(crate) fn centre(
    ui: &mut Ui,
    state: &State,
    canvas: &CanvasHost,
    view: &mut CanvasView,
    commands: &mut Vec<Command>,
) {
    if let Some(case) = &state.case {
        Panel::bottom("scrubber")
            .exact_size(56.0)
            .resizable(false)
            .frame(bar_frame(Margin::symmetric(12, 8)))
            .show(ui, |ui| scrubber::show(ui, state, case, commands));
    }
    CentralPanel::default()
        .frame(Frame::new().fill(Palette::dark().well))
        .show(ui, |ui| {
            if state.tile.is_some() {
                view.show(ui, state, canvas, commands);
            } else if state.case.is_some() || state.opening.is_some() {
                ui.centered_and_justified(|ui| ui.label("Opening the B-scan…"));
            } else {
                start::show(ui, state, commands);
            }
        });
}
