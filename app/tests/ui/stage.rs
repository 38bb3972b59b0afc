//! The application on a test stage: real pipelines on the software rasteriser, a store double, a shell double.

use std::cell::{Ref, RefCell, RefMut};
use std::path::PathBuf;
use std::rc::Rc;

use egui::{Event as Input, Key, Modifiers, PointerButton, Pos2, Rect, pos2, vec2};
use egui_kittest::kittest::Queryable as _;
use egui_kittest::{Harness, SnapshotOptions, wgpu::WgpuTestRenderer};
use egui_wgpu::RendererOptions;
use fovea_annotation::Mask;
use fovea_app::{ChosenPaths, FileDialog, FoveaApp, Shell};
use fovea_editor::{Command, Effect, Event, State};
use fovea_geometry::PointPx;
use fovea_test_support::test_gpu;

use crate::store::{Double, Store};

/// The window of the tests, in UI points and in pixels.
pub(crate) const WINDOW: egui::Vec2 = vec2(1280.0, 800.0);

/// Remembers what the interface asked of the desktop.
#[derive(Default)]
pub(crate) struct ShellDouble {
    pub(crate) dialogs: Vec<FileDialog>,
    pub(crate) title: String,
    pub(crate) has_quit: bool,
    /// What the next file dialog answers.
    pub(crate) answer: Vec<PathBuf>,
}

impl Shell for ShellDouble {
    fn open_dialog(&mut self, dialog: FileDialog, chosen: ChosenPaths) {
        self.dialogs.push(dialog);
        chosen(std::mem::take(&mut self.answer));
    }

    fn set_title(&mut self, title: &str) {
        title.clone_into(&mut self.title);
    }

    fn quit(&mut self) {
        self.has_quit = true;
    }
}

/// What the harness carries from frame to frame.
pub(crate) struct Scene {
    app: FoveaApp,
    pub(crate) shell: ShellDouble,
}

/// A harness around the application.
pub(crate) struct Stage {
    pub(crate) harness: Harness<'static, Option<Scene>>,
    store: Rc<RefCell<Store>>,
}

impl Stage {
    /// The application started on `store`, settled.
    pub(crate) fn new(store: Store) -> Self {
        Self::sized(store, WINDOW)
    }

    /// The same in a window of `size`.
    pub(crate) fn sized(store: Store, size: egui::Vec2) -> Self {
        let render_state = test_gpu()
            .render_state(None, RendererOptions::PREDICTABLE)
            .expect("the test device has a target format");
        let renderer = WgpuTestRenderer::from_render_state(render_state.clone());
        let store = Rc::new(RefCell::new(store));
        let for_app = Rc::clone(&store);
        let harness = Harness::builder()
            .with_size(size)
            .with_max_steps(12)
            .renderer(renderer)
            .build_ui_state(
                move |ui, scene: &mut Option<Scene>| match scene {
                    // Fonts are there from the next frame on.
                    None => {
                        let workers = Box::new(Double(Rc::clone(&for_app)));
                        let start = std::time::Instant::now();
                        let app = FoveaApp::new(ui.ctx(), &render_state, workers)
                            .with_clock(move || start);
                        *scene = Some(Scene {
                            app,
                            shell: ShellDouble::default(),
                        });
                        ui.ctx().request_repaint();
                    }
                    // The harness leaves a margin around; a window has none.
                    Some(Scene { app, shell }) => {
                        let whole = egui::UiBuilder::new().max_rect(ui.ctx().content_rect());
                        ui.scope_builder(whole, |ui| app.ui(ui, shell));
                    }
                },
                None,
            );
        let mut stage = Self { harness, store };
        stage.settle();
        stage
    }

    /// Runs frames until nothing changes any more and every report of the workers is taken.
    pub(crate) fn settle(&mut self) {
        self.harness.run();
        while !self.store.borrow().events.is_empty() {
            self.harness.run();
        }
    }

    pub(crate) fn state(&self) -> &State {
        self.scene().app.state()
    }

    pub(crate) fn shell(&mut self) -> &mut ShellDouble {
        &mut self.harness.state_mut().as_mut().expect("started").shell
    }

    pub(crate) fn store(&self) -> RefMut<'_, Store> {
        self.store.borrow_mut()
    }

    pub(crate) fn journal_len(&self) -> usize {
        Ref::map(self.store.borrow(), |store| &store.journal).len()
    }

    fn scene(&self) -> &Scene {
        self.harness.state().as_ref().expect("started")
    }

    /// Sends a command past the widgets, as a menu entry does.
    pub(crate) fn send(&mut self, command: Command) {
        self.harness
            .state_mut()
            .as_mut()
            .expect("started")
            .app
            .command(command);
        self.settle();
    }

    /// A worker reports.
    pub(crate) fn report(&mut self, event: Event) {
        self.store.borrow_mut().events.push_back(event);
        self.settle();
    }

    /// Clicks what has this accessible name.
    pub(crate) fn press(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.settle();
    }

    /// Types into the field with this accessible name.
    pub(crate) fn type_into(&mut self, name: &str, text: &str) {
        self.harness.get_by_label(name).focus();
        self.settle();
        self.harness.get_by_label(name).type_text(text);
        self.settle();
    }

    /// The newest effect that nothing on the stage answers.
    pub(crate) fn last_asked(&self) -> Option<Effect> {
        self.store().unanswered.last().cloned()
    }

    pub(crate) fn mask(&self) -> &Mask {
        &self.state().tile.as_ref().expect("a tile is open").mask
    }

    /// Pixels of `class` in the open label.
    pub(crate) fn count(&self, class: u8) -> usize {
        self.mask()
            .classes()
            .iter()
            .filter(|found| **found == class)
            .count()
    }

    /// True when the picture shows the colour of `class` at an image px. Meant for an opaque overlay.
    pub(crate) fn shows(&mut self, class: u8, x: f32, y: f32) -> bool {
        let picture = self.harness.render().expect("a picture");
        let at = self.seen_at(x + 0.5, y + 0.5);
        let [red, green, blue, _] = picture.get_pixel(at.x as u32, at.y as u32).0;
        let colour = self.state().schema.classes[usize::from(class)].colour_rgb;
        let mut channels = [red, green, blue].into_iter().zip(colour);
        channels.all(|(seen, wanted)| seen.abs_diff(wanted) <= 3)
    }

    /// Where the picture is drawn.
    pub(crate) fn viewport(&self) -> Rect {
        use egui_kittest::kittest::Queryable as _;
        self.harness.get_by_label("B-scan").rect()
    }

    /// Where an image point is seen in the window.
    pub(crate) fn seen_at(&self, x: f32, y: f32) -> Pos2 {
        let (x, y) = self
            .state()
            .view
            .view_from_image
            .view_from_image(PointPx::new(x, y));
        self.viewport().min + vec2(x, y)
    }

    /// Feeds pointer events into one and the same frame.
    pub(crate) fn one_frame(&mut self, events: impl IntoIterator<Item = Input>) {
        self.harness.input_mut().events.extend(events);
        self.harness.step();
    }

    /// A stroke through image points with one frame per event.
    pub(crate) fn stroke(
        &mut self,
        button: PointerButton,
        modifiers: Modifiers,
        points: &[(f32, f32)],
    ) {
        let seen: Vec<Pos2> = points.iter().map(|(x, y)| self.seen_at(*x, *y)).collect();
        let (first, last) = (seen[0], seen[seen.len() - 1]);
        self.one_frame([Input::PointerMoved(first), press(first, button, modifiers)]);
        for at in &seen[1..] {
            self.one_frame([Input::PointerMoved(*at)]);
        }
        self.one_frame([release(last, button, modifiers)]);
        self.settle();
    }

    /// Presses and releases a key.
    pub(crate) fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.settle();
    }

    /// Compares the window with its stored picture, the pointer elsewhere.
    pub(crate) fn snapshot(&mut self, name: &str) {
        self.harness.remove_cursor();
        self.compare(name);
    }

    /// Compares the window with its stored picture, the pointer at `at`.
    pub(crate) fn snapshot_with_pointer(&mut self, name: &str, at: Pos2) {
        self.harness.hover_at(at);
        self.compare(name);
    }

    fn compare(&mut self, name: &str) {
        self.settle();
        // Text and lines are the same on every driver of lavapipe but for a few edge pixels.
        let options = SnapshotOptions::new().threshold(0.8).max_failed_pixels(60);
        self.harness.snapshot_options(name, &options);
    }
}

pub(crate) fn press(pos: Pos2, button: PointerButton, modifiers: Modifiers) -> Input {
    Input::PointerButton {
        pos,
        button,
        pressed: true,
        modifiers,
    }
}

pub(crate) fn release(pos: Pos2, button: PointerButton, modifiers: Modifiers) -> Input {
    Input::PointerButton {
        pos,
        button,
        pressed: false,
        modifiers,
    }
}

/// A point left of everything.
pub(crate) fn aside() -> Pos2 {
    pos2(4.0, 400.0)
}
