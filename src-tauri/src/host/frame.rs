//! One frame: take what arrived, run the interface, paint, and tell the desktop.

use std::time::Instant;

use egui::{RawInput, ViewportId, ViewportInfo};

use super::Host;
use super::frame_log::FrameCost;
use super::input::{AreaSize, TakenInput};
use super::messages::Message;
use super::paint::{Painted, Picture};

impl Host {
    /// Draws one frame.
    pub(crate) fn frame(&mut self) {
        if self.painter.gpu().health.is_lost() {
            self.reopen_device();
        }
        self.content
            .advance(&self.ctx, &self.painter, &self.options, &self.wake);
        let mut extra_events = Vec::new();
        while let Ok(message) = self.inbox.try_recv() {
            self.handle(message, &mut extra_events);
        }
        let Some(size) = self.input.borrow().size() else {
            return;
        };
        let pixels_per_point = size.pixels_per_point() * self.ctx.zoom_factor();
        let mut taken = self
            .input
            .borrow_mut()
            .take(size.scale as f32 / pixels_per_point);
        taken.events.append(&mut extra_events);
        self.clipboard.fill_pastes(&mut taken.events);
        self.note_focus(taken.is_focused);
        self.content.open_paths(std::mem::take(&mut taken.dropped));
        self.run_and_paint(taken, size, pixels_per_point);
    }

    fn run_and_paint(&mut self, taken: TakenInput, size: AreaSize, pixels_per_point: f32) {
        let events = taken.events.len();
        let raw = self.raw_input(taken, size, pixels_per_point);
        let start = Instant::now();
        let Self {
            content,
            wishes,
            ctx,
            ..
        } = self;
        let output = ctx.run_ui(raw, |ui| content.ui(ui, wishes));
        let ui_done = Instant::now();
        if let Some(state) = self.content.state() {
            self.menu.show_enabled(state);
        }
        if let Some(viewport) = output.viewport_output.get(&ViewportId::ROOT) {
            self.obey(&viewport.commands);
        }
        self.tell_desktop(
            output.platform_output,
            size.scale as f32,
            output.pixels_per_point,
        );
        let jobs = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let painted = self.painter.paint(Picture {
            textures: output.textures_delta,
            jobs,
            pixels_per_point: output.pixels_per_point,
            size_px: size.pixels(),
        });
        match painted {
            Painted::Yes => {
                self.frame_log.note(&FrameCost {
                    ui: ui_done - start,
                    paint: ui_done.elapsed(),
                    events,
                });
            }
            Painted::Again => self.wake.frame(),
            Painted::Hidden => {}
        }
    }

    fn raw_input(&self, taken: TakenInput, size: AreaSize, pixels_per_point: f32) -> RawInput {
        let [width_px, height_px] = size.pixels().map(|side| side as f32);
        let viewport = ViewportInfo {
            native_pixels_per_point: Some(size.pixels_per_point()),
            focused: Some(taken.is_focused),
            ..Default::default()
        };
        let hovered = taken.is_file_over_window.then(egui::HoveredFile::default);
        RawInput {
            viewports: std::iter::once((ViewportId::ROOT, viewport)).collect(),
            screen_rect: Some(egui::Rect::from_min_size(
                egui::Pos2::ZERO,
                egui::vec2(width_px, height_px) / pixels_per_point,
            )),
            max_texture_side: Some(self.painter.texture_side_px_max()),
            time: Some(self.started.elapsed().as_secs_f64()),
            events: taken.events,
            hovered_files: hovered.into_iter().collect(),
            focused: taken.is_focused,
            system_theme: Some(egui::Theme::Dark),
            ..Default::default()
        }
    }

    fn handle(&mut self, message: Message, events: &mut Vec<egui::Event>) {
        match message {
            Message::Menu(id) => self.content.menu(&id, &mut self.wishes),
            Message::SecondStart(paths) => {
                self.area.present();
                self.content.open_paths(paths);
            }
            Message::Accessibility(true) => {
                self.ctx.enable_accesskit();
                self.accessibility
                    .set_bounds(self.area.bounds_on_screen_px());
            }
            Message::Accessibility(false) => self.ctx.disable_accesskit(),
            Message::AccessibilityAction(request) => {
                events.push(egui::Event::AccessKitActionRequest(*request))
            }
            Message::End => fovea_app::Shell::quit(&mut self.wishes),
        }
    }

    fn note_focus(&mut self, is_focused: bool) {
        if self.is_focused != is_focused {
            self.is_focused = is_focused;
            self.accessibility.set_focused(is_focused);
        }
    }
}
