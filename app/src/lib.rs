//! The egui interface and the runner that turns effects into work.
