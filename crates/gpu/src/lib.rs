//! One wgpu device for the UI, the canvas and inference.
//!
//! Everything that draws or computes on the graphics adapter takes its device and queue from a [`GpuContext`], so
//! a tensor that burn computed can be drawn without leaving the adapter. This crate is also the only place that
//! names a wgpu or egui-wgpu version: others use the re-exports below.
//!
//! Deliberately absent: a handler for uncaptured wgpu errors. A handler that only logs would let a refused
//! inference kernel pass for a finished one, and the picture it leaves behind would be believed.

mod context;
mod device;
mod error;
mod health;
mod report;
mod ui;

pub use context::{AdapterPreference, GpuContext};
pub use error::GpuError;
pub use health::DeviceHealth;
pub use report::{AdapterFacts, AdapterReport, INFERENCE_ENV, InferenceDevice, InferenceOverride};

pub use egui_wgpu;
pub use wgpu;
