//! The picture area: what the pointer means on it, and what is drawn over it.

mod gesture;
mod scale_bar;

pub use gesture::{Aim, Gesture, GestureContext, GestureTracker};
