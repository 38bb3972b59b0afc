//! From the command line to a window with its first frame.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tauri::window::{Color, WindowBuilder};
use tauri::{App, AppHandle, Manager as _, RunEvent, Theme, Window};

use super::life::Parts;
use super::menu::MenuBar;
use super::messages::{Message, Messages};
use super::plugin::FramePluginBuilder;
use super::window_state::{SIZE_MIN, Screen, WindowState};
use super::{Host, current, platform, theme};
use crate::launch::WindowOptions;

/// Label of the only window.
const LABEL: &str = "main";

/// Opens the window and runs until it is closed. Returns the process's exit code.
pub(crate) fn run(options: WindowOptions) -> anyhow::Result<i32> {
    platform::choose_backend();
    platform::start_toolkit()?;
    // Tauri panics when its setup fails; the reason takes this way out instead, and the loop ends.
    let failure = Arc::new(Mutex::new(None));
    let failed = failure.clone();
    let app = tauri::Builder::default()
        .plugin(single_instance(&options.data_dir))
        .plugin(tauri_plugin_dialog::init())
        .setup(move |app| {
            if let Err(error) = open_window(app, &options) {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(context())
        .context("The window could not be opened")?;
    let code = app.run_return(|_, event| {
        if let RunEvent::ExitRequested { .. } = event {
            current::save_window_state();
        }
    });
    let failure = failure
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match failure {
        Some(error) => Err(error),
        None => Ok(code),
    }
}

/// `tauri.conf.json` and the icons, as the build embedded them.
// Tauri's macro holds a call for its own command line that never runs here.
#[allow(clippy::disallowed_methods)]
fn context() -> tauri::Context {
    tauri::generate_context!()
}

/// One window per data folder: a second start hands over what it was asked to open, and ends.
fn single_instance(data_dir: &std::path::Path) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    tauri_plugin_single_instance::Builder::new()
        .dbus_id(format!(
            "org.fovea.desktop.d{}",
            crate::data_dir::tag(data_dir)
        ))
        .callback(|app, arguments, working_dir| {
            let paths = crate::launch::paths_of_second_start(&arguments, &working_dir);
            if let Some(messages) = app.try_state::<Messages>() {
                messages.send(Message::SecondStart(paths));
            }
        })
        .build()
}

fn open_window(app: &mut App, options: &WindowOptions) -> anyhow::Result<()> {
    let builder = FramePluginBuilder::default();
    app.wry_plugin(builder.clone());
    let wake = builder
        .wake()
        .context("the event loop gave no way to wake it")?;
    let (messages, inbox) = Messages::new(wake.clone());
    app.manage(messages.clone());

    let state = WindowState::load(&options.data_dir).fit(&screens(app.handle()));
    let window = build_window(app, &state)?;
    let menu = MenuBar::install(app, &window, &messages)?;
    let end = messages.clone();
    platform::on_end_signal(move || end.send(Message::End));

    let host = Host::open(
        Parts {
            app: app.handle().clone(),
            window,
            menu,
            wake: wake.clone(),
            messages,
            inbox,
        },
        options,
    )?;
    current::set(host);
    wake.frame();
    Ok(())
}

fn build_window(app: &App, state: &WindowState) -> tauri::Result<Window> {
    let [red, green, blue] = theme::rgb("panel");
    let mut builder = WindowBuilder::new(app, LABEL)
        .title("Fovea")
        .theme(Some(Theme::Dark))
        .background_color(Color(red, green, blue, 255))
        .min_inner_size(SIZE_MIN.0, SIZE_MIN.1)
        .inner_size(state.width, state.height)
        .maximized(state.is_maximized);
    builder = match state.position {
        Some((x, y)) => builder.position(x, y),
        None => builder.center(),
    };
    builder.build()
}

fn screens(app: &AppHandle) -> Vec<Screen> {
    let monitors = app.available_monitors().unwrap_or_default();
    let logical = |monitor: &tauri::Monitor| {
        let scale = monitor.scale_factor();
        let (at, size) = (
            monitor.position().to_logical::<f64>(scale),
            monitor.size().to_logical::<f64>(scale),
        );
        Screen {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    };
    monitors.iter().map(logical).collect()
}
