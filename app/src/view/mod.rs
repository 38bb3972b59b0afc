//! The picture area: what the pointer means on it, and what is drawn over it.

mod callback;
mod canvas_host;
mod canvas_view;
mod frame;
mod gesture;
mod overlay;
mod scale_bar;
mod stroke_clock;

pub(crate) use canvas_host::CanvasHost;
pub(crate) use canvas_view::CanvasView;
pub(crate) use gesture::{Aim, Gesture, GestureContext, GestureTracker};
