//! The building blocks that all panels share.

mod bar;
mod button;
mod class_row;
mod fact;
mod field;
mod icon;
mod icon_shapes;
mod note;
mod queue_card;
mod row;
mod slider;
mod stepper;
mod tabs;
mod text;
mod version_row;

pub(crate) use bar::progress_bar;
pub(crate) use button::{ActionButton, Weight};
pub(crate) use class_row::{ClassRow, class_row};
pub(crate) use fact::facts;
pub(crate) use field::{check_box, choice, offer_again, secret_field, text_field};
pub(crate) use icon::Icon;
pub(crate) use note::{Urgency, note};
pub(crate) use queue_card::{QueueCard, queue_card};
pub(crate) use row::{TitledRow, list_row, titled_row};
pub(crate) use slider::{SliderSpec, slider};
pub(crate) use stepper::{ramp_legend, save_stepper};
pub(crate) use tabs::tabs;
pub(crate) use text::{
    badge, caption, card, emphasis, empty_state, key_cap, paint_cut, rule, section_title, soft,
    titled,
};
pub(crate) use version_row::{VersionRow, grouped, version_row};
