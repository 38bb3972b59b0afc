//! The dialog before an import, or before scans are sent: what was found in each file, what a person has to say about it,
//! and the start.

mod choices;
mod detail;
mod files;
mod foot;
mod previews;

use std::collections::BTreeMap;

use egui::{Align, Context, Key, Layout, Modifiers, Ui, vec2};
use fovea_editor::{Command, DeskCommand, FileId, ImportDesk, Purpose, State};

use super::window::sheet;
use crate::theme::space;
use choices::SpacingText;
use previews::Previews;

const WIDTH: f32 = 960.0;
const FILES_WIDTH: f32 = 272.0;
/// Height of the two columns: the window's, less what stands around them, within these bounds.
const BODY_HEIGHT: std::ops::RangeInclusive<f32> = 240.0..=500.0;
const AROUND_HEIGHT: f32 = 252.0;

/// What the dialog remembers between frames: pictures on the graphics device, and text that is half typed.
#[derive(Default)]
pub(super) struct ImportDialog {
    previews: Previews,
    spacing: BTreeMap<FileId, SpacingText>,
}

impl ImportDialog {
    /// Lets go of pictures and text.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Draws the dialog; true when it was closed.
    pub(super) fn show(
        &mut self,
        ctx: &Context,
        state: &State,
        commands: &mut Vec<Command>,
    ) -> bool {
        let Some(desk) = &state.desk else {
            return true;
        };
        let title = match (desk.purpose, desk.files.len()) {
            (Purpose::Import, 1) => "Import a scan".to_owned(),
            (Purpose::Import, count) => format!("Import {count} files"),
            (Purpose::Send, 1) => "Send a scan to the server".to_owned(),
            (Purpose::Send, count) => format!("Send {count} scans to the server"),
        };
        let window = ctx.content_rect();
        let around = AROUND_HEIGHT + foot::devices_height(desk);
        let height = (window.height() - around).clamp(*BODY_HEIGHT.start(), *BODY_HEIGHT.end());
        let mut is_cancelled = false;
        let width = WIDTH.min(window.width() - 96.0);
        let closed = sheet(ctx, "import", &title, width, |ui| {
            self.columns(ui, height, desk, commands);
            ui.add_space(space::M);
            is_cancelled = foot::show(ui, desk, commands);
        });
        turn_pages(ctx, commands);
        closed || is_cancelled
    }

    fn columns(
        &mut self,
        ui: &mut Ui,
        height: f32,
        desk: &ImportDesk,
        commands: &mut Vec<Command>,
    ) {
        let down = Layout::top_down(Align::Min);
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            ui.allocate_ui_with_layout(vec2(FILES_WIDTH, height), down, |ui| {
                ui.set_min_size(vec2(FILES_WIDTH, height));
                files::show(ui, desk, commands);
            });
            let size = vec2(ui.available_width(), height);
            ui.allocate_ui_with_layout(size, down, |ui| {
                ui.set_min_size(size);
                detail::show(ui, desk, &mut self.previews, &mut self.spacing, commands);
            });
        });
    }
}

/// Page Up and Page Down go through the files, whatever has the focus.
fn turn_pages(ctx: &Context, commands: &mut Vec<Command>) {
    for (key, steps) in [(Key::PageUp, -1), (Key::PageDown, 1)] {
        if ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
            commands.push(Command::Desk(DeskCommand::Step(steps)));
        }
    }
}
