//! The picture area: primitives in, pixels out.
//!
//! [`CanvasContent`] holds what is shown (picture, class mask, uncertainty, difference, lines) and remembers what
//! changed. [`CanvasFrame`] says how it is shown this frame (viewport, zoom, window, colours, cursor).
//! [`CanvasRenderer`] takes both: [`CanvasRenderer::prepare`] uploads what changed, [`CanvasRenderer::paint`] draws.
//! [`compose_cpu`] computes the same pixels on the processor; a test holds the two together.
//!
//! How a host uses it with egui: keep the content in an `Arc<Mutex<CanvasContent>>`, put one renderer per content into
//! `egui_wgpu::Renderer::callback_resources`, and call `prepare` and `paint` from the methods of the same names of
//! `egui_wgpu::CallbackTrait`. Changes are taken out of the content in `prepare` and nowhere else, so a frame that is
//! never painted loses nothing.
//!
//! Known to nobody here: annotations, schemas, egui's widgets, files.

mod content;
mod cpu;
mod dirty;
mod error;
mod frame;
mod heat;
mod layer;
mod lines;
mod lut;
mod pipelines;
mod renderer;
mod staging;
mod tensor;
mod uniforms;

pub use content::CanvasContent;
pub use cpu::{classes_cpu, compose_cpu, unit_cpu};
pub use error::CanvasError;
pub use frame::{
    BrushCursor, CanvasFrame, DiffStyle, GrayWindow, HeatStyle, LineStyle, MaskStyle, RawFilter,
    RawStyle, Viewport,
};
pub use heat::HEAT_STOPS;
pub use lines::Polyline;
pub use lut::{ClassLut, Rgba};
pub use renderer::CanvasRenderer;
pub use tensor::{TensorBuffer, TensorPictures};
