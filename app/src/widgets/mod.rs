//! The building blocks that all panels share.

mod button;
mod class_row;
mod icon;
mod icon_shapes;
mod queue_card;
mod row;
mod slider;
mod stepper;
mod tabs;
mod text;
mod version_row;

pub(crate) use button::{ActionButton, Weight};
pub(crate) use class_row::{ClassRow, class_row};
pub(crate) use icon::Icon;
pub(crate) use queue_card::{QueueCard, queue_card};
pub(crate) use row::list_row;
pub(crate) use slider::{SliderSpec, slider};
pub(crate) use stepper::{ramp_legend, save_stepper};
pub(crate) use tabs::tabs;
pub(crate) use text::{
    badge, caption, card, emphasis, empty_state, key_cap, paint_cut, rule, section_title, soft,
    titled,
};
pub(crate) use version_row::{VersionRow, version_row};
