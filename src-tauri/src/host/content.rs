//! What the window shows: the application, or what it waits for, or why it could not start.

use std::path::PathBuf;
use std::sync::Arc;

use fovea_app::{FoveaApp, Runner, RunnerConfig, Shell};
use fovea_editor::{Command, State};
use fovea_inference::ModelSource;
use fovea_sync::Credentials;

use super::opening::{Opened, Opening};
use super::paint::Painter;
use super::{Wake, menu, pages};
use crate::computer_user::computer_user;
use crate::launch::WindowOptions;

/// The inside of the window.
pub(crate) struct Content {
    inside: Inside,
    /// Files to import as soon as there is an application.
    waiting: Vec<PathBuf>,
}

enum Inside {
    Opening(Opening),
    App(Box<FoveaApp>),
    /// A sentence that says what keeps the application from starting, and what to do.
    Failure(String),
    Ended,
}

impl Content {
    /// Starts to open secrets and store; the application follows when they are there.
    pub(crate) fn start(options: &WindowOptions, wake: &Wake) -> Self {
        let inside = match Opening::start(options, wake) {
            Ok(opening) => Inside::Opening(opening),
            Err(error) => Inside::Failure(format!(
                "The system gives no thread to open the store with: close other programs and start again. ({error})"
            )),
        };
        Self {
            inside,
            waiting: options.paths.clone(),
        }
    }

    /// Goes on with the start, if it has come further.
    pub(crate) fn advance(
        &mut self,
        ctx: &egui::Context,
        painter: &Painter,
        options: &WindowOptions,
        wake: &Wake,
    ) {
        let Inside::Opening(opening) = &self.inside else {
            return;
        };
        let Some(opened) = opening.poll() else { return };
        let app = opened.and_then(|opened| start_app(ctx, painter, options, wake, opened));
        self.inside = match app {
            Ok(mut app) => {
                if !self.waiting.is_empty() {
                    app.command(Command::Import(std::mem::take(&mut self.waiting)));
                }
                Inside::App(Box::new(app))
            }
            Err(error) => {
                tracing::error!(%error, "the application could not start");
                Inside::Failure(format!("{error:#}"))
            }
        };
    }

    /// One frame.
    pub(crate) fn ui(&mut self, ui: &mut egui::Ui, shell: &mut dyn Shell) {
        match &mut self.inside {
            Inside::App(app) => app.ui(ui, shell),
            Inside::Opening(_) => pages::opening(ui),
            Inside::Failure(sentence) => pages::failure(ui, sentence, shell),
            Inside::Ended => {}
        }
    }

    /// The close button.
    pub(crate) fn ask_to_close(&mut self, shell: &mut dyn Shell) {
        match &mut self.inside {
            Inside::App(app) => app.command(Command::RequestClose),
            Inside::Opening(_) | Inside::Failure(_) | Inside::Ended => shell.quit(),
        }
    }

    /// A menu entry was chosen.
    pub(crate) fn menu(&mut self, id: &str, shell: &mut dyn Shell) {
        match &mut self.inside {
            Inside::App(app) => app.command_by_id(id),
            _ if menu::command(id) == Some(Command::RequestClose) => shell.quit(),
            _ => {}
        }
    }

    /// Imports files and folders.
    pub(crate) fn open_paths(&mut self, paths: Vec<PathBuf>) {
        match &mut self.inside {
            Inside::App(app) if !paths.is_empty() => app.command(Command::Import(paths)),
            Inside::Opening(_) => self.waiting.extend(paths),
            _ => {}
        }
    }

    /// What the menu bar greys out by.
    pub(crate) fn state(&self) -> Option<&State> {
        match &self.inside {
            Inside::App(app) => Some(app.state()),
            _ => None,
        }
    }

    /// Ends the application; its workers bring to the disk what they were given.
    pub(crate) fn end(&mut self) {
        self.inside = Inside::Ended;
    }
}

fn start_app(
    ctx: &egui::Context,
    painter: &Painter,
    options: &WindowOptions,
    wake: &Wake,
    opened: Opened,
) -> anyhow::Result<FoveaApp> {
    let credentials: Arc<dyn Credentials> = Arc::new(opened.credentials);
    let wake = wake.clone();
    let runner = Runner::start(RunnerConfig {
        store: opened.store,
        server: options.server.clone(),
        credentials,
        model: ModelSource::BuiltIn,
        gpu: Some(painter.gpu().clone()),
        computer_user: computer_user(),
        request_repaint: Arc::new(move || wake.frame()),
    })?;
    let app = FoveaApp::new(ctx, painter.render_state(), Box::new(runner));
    if painter.gpu().report().is_software {
        // A blinking text cursor costs the processor two whole pictures a second here.
        ctx.all_styles_mut(|style| style.visuals.text_cursor.blink = false);
    }
    Ok(app)
}
