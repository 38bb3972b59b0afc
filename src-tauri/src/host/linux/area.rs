//! The drawing area and its native X window.

use std::ptr::NonNull;
use std::rc::Rc;

use anyhow::Context as _;
use egui::CursorIcon;
use gtk::gdk;
use gtk::glib::translate::ToGlibPtr;
use gtk::prelude::*;
use raw_window_handle::{RawDisplayHandle, RawWindowHandle, XlibDisplayHandle, XlibWindowHandle};

use super::{cursor, drop_target, ime::Ime, keyboard, pointer, style, touch};
use crate::host::Wake;
use crate::host::input::{AreaSize, SharedInput};
use crate::host::paint::NativeTarget;

/// Dots per inch that desktops call 100 %.
const DPI_AT_SCALE_1: f64 = 96.0;

/// The part of the window below the menu bar.
pub(crate) struct Area {
    widget: gtk::DrawingArea,
    window: gdk::Window,
    top_level: gtk::ApplicationWindow,
    ime: Rc<Ime>,
    cursor: CursorIcon,
}

impl Area {
    /// Adds the area to a Tauri window and listens to its input.
    pub(crate) fn attach(
        window: &tauri::Window,
        input: &SharedInput,
        wake: &Wake,
    ) -> anyhow::Result<Self> {
        let top_level = window
            .gtk_window()
            .context("the window has no GTK window")?;
        let content = window
            .default_vbox()
            .context("the window has no content box")?;
        style::dress(&top_level);
        let widget = new_widget();
        content.pack_start(&widget, true, true, 0);
        widget.show();
        widget.realize();
        let native = widget.window().context("the drawing area has no window")?;
        anyhow::ensure!(
            native.ensure_native(),
            "The drawing area got no window of its own from the display server."
        );
        native.set_event_compression(false);
        set_background(&native);
        let ime = Ime::new(&native, input);
        listen_to_size(&widget, input, wake);
        pointer::listen(&widget, input, wake);
        touch::listen(&widget, input, wake);
        keyboard::listen(&top_level, &widget, &ime, input, wake);
        drop_target::listen(&widget, input, wake);
        widget.grab_focus();
        top_level.check_resize();
        note_size(&widget, input);
        native.display().flush();
        Ok(Self {
            widget,
            window: native,
            top_level,
            ime,
            cursor: CursorIcon::Default,
        })
    }

    /// What a graphics surface needs. The handles live as long as the process keeps this area.
    pub(crate) fn target(&self) -> anyhow::Result<NativeTarget> {
        let display = self.window.display();
        anyhow::ensure!(
            display.backend().is_x11(),
            "Fovea draws through X11 or XWayland, and this session offers neither: unset {}.",
            super::BACKEND_ENV
        );
        let window: *mut gdk::ffi::GdkWindow = self.window.to_glib_none().0;
        let gdk_display: *mut gdk::ffi::GdkDisplay = display.to_glib_none().0;
        // SAFETY: both objects are alive and, as checked above, of GDK's X11 classes.
        let (xid, connection) = unsafe {
            (
                gdkx11::ffi::gdk_x11_window_get_xid(window.cast()),
                gdkx11::ffi::gdk_x11_display_get_xdisplay(gdk_display.cast()),
            )
        };
        let screen: *mut gdk::ffi::GdkScreen = self.window.screen().to_glib_none().0;
        // SAFETY: as above; the screen belongs to the same display.
        let screen = unsafe { gdkx11::ffi::gdk_x11_screen_get_screen_number(screen.cast()) };
        Ok(NativeTarget {
            display: RawDisplayHandle::Xlib(XlibDisplayHandle::new(
                NonNull::new(connection.cast()),
                screen,
            )),
            window: RawWindowHandle::Xlib(XlibWindowHandle::new(xid)),
        })
    }

    /// Shows another pointer, if it is another one.
    pub(crate) fn set_cursor(&mut self, icon: CursorIcon) {
        if self.cursor != icon {
            self.cursor = icon;
            self.window.set_cursor(
                gdk::Cursor::from_name(&self.window.display(), cursor::css_name(icon)).as_ref(),
            );
        }
    }

    /// Tells the input method where text is typed, or that none is. The rectangle is in UI points.
    pub(crate) fn set_text_input(
        &self,
        text_cursor: Option<egui::Rect>,
        logical_px_per_point: f32,
    ) {
        self.ime
            .set_text_input(text_cursor.map(|rect| rect * logical_px_per_point));
    }

    /// Outer and inner rectangle on the screen in device pixels: `[x0, y0, x1, y1]` each.
    pub(crate) fn bounds_on_screen_px(&self) -> ([f64; 4], [f64; 4]) {
        let scale = f64::from(self.widget.scale_factor());
        let (_, x, y) = self.window.origin();
        let inner = rect_px(scale, x, y, self.window.width(), self.window.height());
        let outer = self.top_level.window().map_or(inner, |top| {
            let frame = top.frame_extents();
            rect_px(scale, frame.x(), frame.y(), frame.width(), frame.height())
        });
        (outer, inner)
    }

    /// Brings the window to the front.
    pub(crate) fn present(&self) {
        self.top_level.present();
    }
}

fn rect_px(scale: f64, x: i32, y: i32, width: i32, height: i32) -> [f64; 4] {
    [x, y, x + width, y + height].map(|side| f64::from(side) * scale)
}

fn new_widget() -> gtk::DrawingArea {
    let widget = gtk::DrawingArea::new();
    widget.set_app_paintable(true);
    // GTK must not draw into this window at all, not even a copy of an empty buffer.
    let raw: *mut gtk::ffi::GtkDrawingArea = widget.to_glib_none().0;
    // SAFETY: the widget is alive; the call only sets a flag. It is marked deprecated, but it is the only switch.
    unsafe { gtk::ffi::gtk_widget_set_double_buffered(raw.cast(), gtk::glib::ffi::GFALSE) };
    widget.set_can_focus(true);
    widget.add_events(pointer::EVENTS | touch::EVENTS | keyboard::EVENTS);
    // The UI announces itself through AccessKit; this empty drawing area has nothing to add.
    if let Some(accessible) = widget.accessible() {
        use gtk::atk::prelude::AtkObjectExt as _;
        accessible.set_role(gtk::atk::Role::RedundantObject);
    }
    widget
}

/// The colour that the display server itself fills in while the next frame is on its way.
fn set_background(window: &gdk::Window) {
    let [red, green, blue] =
        crate::host::theme::rgb("panel").map(|channel| f64::from(channel) / 255.0);
    let colour = gdk::RGBA::new(red, green, blue, 1.0);
    let raw: *mut gdk::ffi::GdkWindow = window.to_glib_none().0;
    // SAFETY: both pointers are valid for the call, which copies the colour.
    unsafe { gdk::ffi::gdk_window_set_background_rgba(raw, colour.to_glib_none().0) };
}

fn listen_to_size(widget: &gtk::DrawingArea, input: &SharedInput, wake: &Wake) {
    let (queue, frame) = (input.clone(), wake.clone());
    widget.connect_size_allocate(move |widget, _| {
        if note_size(widget, &queue) {
            frame.frame();
        }
    });
    let (queue, frame) = (input.clone(), wake.clone());
    widget.connect_scale_factor_notify(move |widget| {
        if note_size(widget, &queue) {
            frame.frame();
        }
    });
    let frame = wake.clone();
    widget.connect_draw(move |_, _| {
        frame.frame();
        gtk::glib::Propagation::Stop
    });
}

fn note_size(widget: &gtk::DrawingArea, input: &SharedInput) -> bool {
    let allocation = widget.allocation();
    let resolution_dpi = widget.screen().map_or(-1.0, |screen| screen.resolution());
    let text_scale = if resolution_dpi > 0.0 {
        (resolution_dpi / DPI_AT_SCALE_1).clamp(0.5, 4.0)
    } else {
        1.0
    };
    input.borrow_mut().set_size(AreaSize {
        width: u32::try_from(allocation.width()).unwrap_or(0),
        height: u32::try_from(allocation.height()).unwrap_or(0),
        scale: u32::try_from(widget.scale_factor()).unwrap_or(1).max(1),
        text_scale: text_scale as f32,
    })
}
