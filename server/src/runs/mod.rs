//! Runs as people ask for them: submit, look, stop, try again.

mod code_ref;
mod log_text;
mod manifest;
mod resume;
mod submit;
mod view;

pub(crate) use code_ref::code_ref;
pub(crate) use log_text::log_text;
pub(crate) use resume::{cancel, retry, run_unknown};
pub(crate) use submit::submit;
pub(crate) use view::{event, record, record_in_list};
