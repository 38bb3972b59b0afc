//! The egui interface and the runner that turns effects into work.

pub mod shell;
pub mod theme;
pub mod view;
pub mod widgets;
