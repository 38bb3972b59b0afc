//! The application as its host sees it: events and input in, one frame out.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Instant;

use egui::Ui;
use egui_wgpu::RenderState;
use fovea_canvas::CanvasError;
use fovea_editor::{AuditCommand, Command, Effect, Event, LatencyKind, RunsCommand, State};

use crate::clock::Clock;
use crate::dialogs::Dialogs;
use crate::keys;
use crate::panels;
use crate::shell::{FileDialog, Shell};
use crate::theme;
use crate::view::{CanvasHost, CanvasView};
use crate::waits::Waits;
use crate::workers::Workers;

/// A person cannot answer more file dialogs than this before the next frame.
const CHOSEN_MAX: usize = 8;
/// Reports taken per frame, so that a busy worker cannot hold up the window.
const EVENTS_PER_FRAME_MAX: usize = 256;

/// The whole interface with the editor behind it.
pub struct FoveaApp {
    state: State,
    workers: Box<dyn Workers>,
    canvas: CanvasHost,
    view: CanvasView,
    dialogs: Dialogs,
    toasts: panels::Toasts,
    waits: Waits,
    clock: Clock,
    chosen: (SyncSender<Command>, Receiver<Command>),
    pending: Vec<Command>,
    start: Vec<Effect>,
    title: String,
}

impl FoveaApp {
    /// Installs theme and pipelines and asks the workers for what is needed first.
    pub fn new(ctx: &egui::Context, render_state: &RenderState, workers: Box<dyn Workers>) -> Self {
        theme::install(ctx);
        let (state, start) = State::start();
        Self {
            state,
            workers,
            canvas: CanvasHost::install(render_state),
            view: CanvasView::default(),
            dialogs: Dialogs::default(),
            toasts: panels::Toasts::default(),
            waits: Waits::default(),
            clock: Clock::default(),
            chosen: sync_channel(CHOSEN_MAX),
            pending: Vec::new(),
            start,
            title: String::new(),
        }
    }

    /// The same with another clock for the latency readout.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// What the interface draws from.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Takes a wish that did not come through the window: a menu entry, a file of a second start, the close button.
    /// It is applied in the next frame, which the caller asks for.
    pub fn command(&mut self, command: Command) {
        self.pending.push(command);
    }

    /// The named command of the command table, as a menu entry asks for it. Unknown names do nothing.
    pub fn command_by_id(&mut self, id: &str) {
        let wanted = keys::spec(id).filter(|spec| (spec.enabled)(&self.state));
        self.pending.extend(wanted.map(|spec| (spec.command)()));
    }

    /// One frame.
    pub fn ui(&mut self, ui: &mut Ui, shell: &mut dyn Shell) {
        let frame_start = self.clock.now();
        let start = std::mem::take(&mut self.start);
        self.carry_out(start, ui.ctx(), shell);
        self.take_reports(ui.ctx(), shell);
        self.take_input(ui.ctx(), frame_start, shell);
        self.draw(ui, shell);
        self.set_title(shell);
    }

    fn take_reports(&mut self, ctx: &egui::Context, shell: &mut dyn Shell) {
        if let Some(elapsed_ms) = self.canvas.clock().take_ms() {
            self.handle(
                Event::Measured(LatencyKind::StrokeToScreen, elapsed_ms),
                ctx,
                shell,
            );
        }
        for _ in 0..EVENTS_PER_FRAME_MAX {
            let Some(event) = self.workers.next_event() else {
                break;
            };
            self.handle(event, ctx, shell);
        }
        let chosen: Vec<Command> = self.chosen.1.try_iter().collect();
        for command in std::mem::take(&mut self.pending).into_iter().chain(chosen) {
            self.apply(command, ctx, shell);
        }
    }

    /// Input comes before drawing, so that a frame shows what its own input did.
    fn take_input(&mut self, ctx: &egui::Context, frame_start: Instant, shell: &mut dyn Shell) {
        let (events, space_held) =
            ctx.input(|input| (input.events.clone(), input.key_down(egui::Key::Space)));
        let is_typing = ctx.text_edit_focused();
        let has_focus = ctx.memory(|memory| memory.focused().is_some());
        for event in &events {
            if let Some(command) = keys::command_of(
                event,
                &self.state,
                is_typing || (has_focus && keys::moves_focus(event)),
            ) {
                self.apply(command, ctx, shell);
            }
            if matches!(event, egui::Event::WindowFocused(false)) {
                for command in keys::release_held(&self.state) {
                    self.apply(command, ctx, shell);
                }
            }
            for gesture in self
                .view
                .gestures(event, &self.state, ctx, space_held && !is_typing)
            {
                let command = self.view.command_of(gesture, &self.state);
                if matches!(
                    command,
                    Command::StrokeBegin { .. } | Command::StrokeMove(_)
                ) {
                    self.canvas.clock().start(frame_start, &self.clock);
                }
                self.apply(command, ctx, shell);
            }
        }
        self.view.follow(&self.state);
    }

    fn draw(&mut self, ui: &mut Ui, shell: &mut dyn Shell) {
        let followed = self.canvas.follow_compare(&self.state);
        self.report_failure(followed, ui.ctx(), shell);
        let mut commands = Vec::new();
        panels::toolbar(ui, &self.state, &mut commands);
        panels::status_bar(ui, &self.state, &mut commands);
        panels::side_bar(ui, &self.state, &mut commands);
        let shows_changes = panels::inspector(ui, &self.state, &mut commands);
        let shown = self.canvas.show_changes(&self.state, shows_changes);
        self.report_failure(shown, ui.ctx(), shell);
        panels::centre(ui, &self.state, &self.canvas, &mut self.view, &mut commands);
        panels::progress(ui, &self.state, self.view.viewport(), &mut commands);
        self.toasts.show(ui, &self.state, &mut commands);
        self.dialogs.show(ui.ctx(), &self.state, &mut commands);
        panels::drop_hint(ui);
        // What was clicked is seen in the next frame.
        if !commands.is_empty() {
            ui.ctx().request_repaint();
        }
        for command in commands {
            self.apply(command, ui.ctx(), shell);
        }
    }

    fn apply(&mut self, command: Command, ctx: &egui::Context, shell: &mut dyn Shell) {
        self.waits.begin(self.clock.now());
        let effects = fovea_editor::apply(&mut self.state, command);
        self.carry_out(effects, ctx, shell);
        self.waits.end();
    }

    fn handle(&mut self, event: Event, ctx: &egui::Context, shell: &mut dyn Shell) {
        if let Some((kind, elapsed_ms)) = self.waits.note_event(&event, &self.clock) {
            let effects = fovea_editor::handle(&mut self.state, Event::Measured(kind, elapsed_ms));
            self.carry_out(effects, ctx, shell);
        }
        let effects = fovea_editor::handle(&mut self.state, event);
        self.carry_out(effects, ctx, shell);
    }

    fn carry_out(&mut self, effects: Vec<Effect>, ctx: &egui::Context, shell: &mut dyn Shell) {
        for effect in effects {
            match effect {
                Effect::MaskChanged(_) | Effect::TileReplaced => self.upload(&effect, ctx, shell),
                Effect::PickFiles => self.ask(FileDialog::ImportFiles, Command::Import, ctx, shell),
                Effect::PickFilesToSend => {
                    self.ask(FileDialog::SendFiles, Command::SendFiles, ctx, shell);
                }
                Effect::PickFolder => {
                    self.ask(FileDialog::ImportFolder, Command::Import, ctx, shell);
                }
                Effect::PickLabels => {
                    let dialog = FileDialog::ImportLabels;
                    self.ask_for_one(dialog, Command::ImportLabels, ctx, shell);
                }
                Effect::PickExportFolder => {
                    self.ask_for_one(FileDialog::ExportFolder, Command::ExportTo, ctx, shell);
                }
                Effect::PickPlaceFor(artifact) => {
                    let name = artifact.name.clone();
                    let save = |path| Command::Runs(RunsCommand::SaveTo(artifact, path));
                    self.ask_for_one(FileDialog::SaveFile { name }, save, ctx, shell);
                }
                Effect::PickPlaceForAudit => {
                    let name = "audit-log.json".to_owned();
                    let save = |path| Command::Audit(AuditCommand::SaveTo(path));
                    self.ask_for_one(FileDialog::SaveFile { name }, save, ctx, shell);
                }
                Effect::Quit => shell.quit(),
                work => {
                    self.waits.note_work(&work, self.clock.now());
                    self.workers.run(work);
                }
            }
        }
    }

    fn upload(&mut self, effect: &Effect, ctx: &egui::Context, shell: &mut dyn Shell) {
        let tile = self.state.tile.as_ref();
        let done = match (effect, tile) {
            (Effect::MaskChanged(rect), Some(tile)) => self.canvas.update_mask(tile, *rect),
            _ => {
                let on_device = tile.and_then(|tile| self.workers.take_device_pictures(tile.id));
                self.canvas.replace(tile, on_device)
            }
        };
        self.report_failure(done, ctx, shell);
    }

    fn report_failure(
        &mut self,
        done: Result<(), CanvasError>,
        ctx: &egui::Context,
        shell: &mut dyn Shell,
    ) {
        if let Err(error) = done {
            let sentence = error.to_string();
            self.handle(Event::Failed { sentence }, ctx, shell);
        }
    }

    /// Asks for paths; nothing happens when none is chosen.
    fn ask(
        &self,
        dialog: FileDialog,
        wish: impl FnOnce(Vec<PathBuf>) -> Command + Send + 'static,
        ctx: &egui::Context,
        shell: &mut dyn Shell,
    ) {
        let (sender, ctx) = (self.chosen.0.clone(), ctx.clone());
        let answer = move |paths: Vec<PathBuf>| {
            // The window is gone when nobody listens, and so is the wish.
            if !paths.is_empty() && sender.try_send(wish(paths)).is_ok() {
                ctx.request_repaint();
            }
        };
        shell.open_dialog(dialog, Box::new(answer));
    }

    /// The same for one path.
    fn ask_for_one(
        &self,
        dialog: FileDialog,
        wish: impl FnOnce(PathBuf) -> Command + Send + 'static,
        ctx: &egui::Context,
        shell: &mut dyn Shell,
    ) {
        let first = |mut paths: Vec<PathBuf>| wish(paths.swap_remove(0));
        self.ask(dialog, first, ctx, shell);
    }

    fn set_title(&mut self, shell: &mut dyn Shell) {
        let mark = if self.state.has_unsaved_work() {
            "• "
        } else {
            ""
        };
        let title = match &self.state.case {
            Some(case) => format!("{mark}{} – Fovea", case.summary.title),
            None => "Fovea".to_owned(),
        };
        if title != self.title {
            shell.set_title(&title);
            self.title = title;
        }
    }
}
