//! The window's life: opened, repaired after a lost device, asked to close, ended.

use std::sync::mpsc::Receiver;
use std::time::Instant;

use tauri::{AppHandle, Window};

use super::Wake;
use super::clipboard::Clipboard;
use super::content::Content;
use super::desktop::{Desktop, Wish, WishList};
use super::frame_log::FrameLog;
use super::input::SharedInput;
use super::menu::MenuBar;
use super::messages::{Message, Messages};
use super::paint::Painter;
use super::platform::{Accessibility, Area};
use super::window_state::WindowState;
use crate::launch::WindowOptions;

/// What Tauri made before there is anything to paint.
pub(crate) struct Parts {
    /// The running program.
    pub(crate) app: AppHandle,
    /// Its window, still empty.
    pub(crate) window: Window,
    /// The menu bar of the window.
    pub(crate) menu: MenuBar,
    /// Asks for frames.
    pub(crate) wake: Wake,
    /// For those who have something to say to the window.
    pub(crate) messages: Messages,
    /// Where the window reads it.
    pub(crate) inbox: Receiver<Message>,
}

/// Everything that belongs to the window. Fields drop in this order: the surface before its native window.
pub(crate) struct Host {
    pub(super) content: Content,
    pub(super) ctx: egui::Context,
    pub(super) painter: Painter,
    pub(super) area: Area,
    pub(super) input: SharedInput,
    pub(super) inbox: Receiver<Message>,
    pub(super) accessibility: Accessibility,
    pub(super) clipboard: Clipboard,
    pub(super) wishes: WishList,
    pub(super) wake: Wake,
    pub(super) frame_log: FrameLog,
    pub(super) menu: MenuBar,
    pub(super) window: Window,
    pub(super) app: AppHandle,
    pub(super) options: WindowOptions,
    pub(super) started: Instant,
    pub(super) is_focused: bool,
}

impl Host {
    /// Fills `window` with a drawing area, opens the graphics device and starts the interface.
    pub(crate) fn open(parts: Parts, options: &WindowOptions) -> anyhow::Result<Self> {
        let Parts {
            app,
            window,
            menu,
            wake,
            messages,
            inbox,
        } = parts;
        let input = SharedInput::default();
        let area = Area::attach(&window, &input, &wake)?;
        // SAFETY: the host drops the painter before the area, and GDK's connection lives as long as the process.
        let painter = unsafe { Painter::open(area.target()?)? };
        let ctx = new_context(&wake);
        let content = Content::start(options, &wake);
        Ok(Self {
            content,
            ctx,
            painter,
            area,
            input,
            inbox,
            accessibility: Accessibility::new(&messages),
            clipboard: Clipboard::default(),
            wishes: WishList::default(),
            wake,
            frame_log: FrameLog::from_env(),
            menu,
            window,
            app,
            options: options.clone(),
            started: Instant::now(),
            is_focused: false,
        })
    }

    /// The desktop around this window.
    pub(crate) fn desktop(&self) -> Desktop {
        Desktop::new(self.app.clone(), self.window.clone())
    }

    /// What the interface asked for since the last call.
    pub(crate) fn take_wishes(&mut self) -> Vec<Wish> {
        self.wishes.take()
    }

    /// The close button: the interface may have to ask about unsaved work first.
    pub(crate) fn ask_to_close(&mut self) {
        self.content.ask_to_close(&mut self.wishes);
        self.wake.frame();
    }

    /// A lost device takes all textures with it, so the interface starts again from what is on disk.
    pub(super) fn reopen_device(&mut self) {
        tracing::warn!("the graphics device was lost; opening it again");
        let reopened = self.area.target().and_then(|target| {
            // SAFETY: as in `open`.
            Ok(unsafe { Painter::open(target)? })
        });
        match reopened {
            Ok(painter) => {
                self.content.end();
                self.ctx = new_context(&self.wake);
                self.painter = painter;
                self.content = Content::start(&self.options, &self.wake);
            }
            Err(error) => {
                tracing::error!(%error, "the graphics device cannot be opened again");
                fovea_app::Shell::quit(&mut self.wishes);
            }
        }
    }

    /// Takes an event of the loop.
    #[cfg(not(target_os = "linux"))]
    pub(crate) fn window_event(&mut self, event: &tauri_runtime_wry::tao::event::WindowEvent<'_>) {
        self.area.on_event(event);
    }

    /// Saves where the window is.
    pub(crate) fn save_window_state(&self) {
        match WindowState::of_window(&self.window) {
            Ok(state) => state.save(&self.options.data_dir),
            Err(error) => tracing::warn!(%error, "the place of the window is not known"),
        }
    }

    /// Ends the interface and lets go of the window.
    pub(crate) fn end(mut self) {
        self.content.end();
    }
}

fn new_context(wake: &Wake) -> egui::Context {
    let ctx = egui::Context::default();
    let wake = wake.clone();
    ctx.set_request_repaint_callback(move |request| wake.frame_after(request.delay));
    ctx
}
