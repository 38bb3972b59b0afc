//! The window: Tauri owns the process, the event loop and the window; egui paints it; no webview exists.
//!
//! Everything here runs on the main thread. Input callbacks fill [`input::InputQueue`], other threads send
//! [`messages::Message`]s, and both ask for a frame through [`Wake`]. A frame takes what arrived, runs the
//! interface and paints. Nothing draws while nothing happens.

mod clipboard;
mod content;
mod current;
mod desktop;
mod frame;
mod frame_log;
mod input;
mod life;
#[cfg(target_os = "linux")]
mod linux;
mod menu;
mod messages;
mod opening;
mod output;
mod pages;
mod paint;
mod plugin;
mod start;
#[cfg(any(not(target_os = "linux"), test))]
mod tao_input;
#[cfg(not(target_os = "linux"))]
mod tao_window;
mod theme;
mod wake;
mod window_state;

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(not(target_os = "linux"))]
use tao_window as platform;

use life::Host;
pub(crate) use start::run;
use wake::Wake;
