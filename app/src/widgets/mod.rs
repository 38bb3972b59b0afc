//! The building blocks that all panels share.

mod button;
mod icon;
mod icon_shapes;
mod row;
mod slider;
mod stepper;
mod tabs;
mod text;

pub use button::{ActionButton, Weight};
pub use icon::Icon;
pub use row::list_row;
pub use slider::{SliderSpec, slider};
pub use stepper::{ramp_legend, save_stepper};
pub use tabs::tabs;
pub use text::{
    badge, caption, card, emphasis, empty_state, key_cap, paint_cut, rule, section_title, soft,
    spread,
};
