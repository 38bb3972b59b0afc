//! What clients want the server to hold, in two steps: prepare (blobs are read and checked, nothing is written) and
//! apply (one transaction, everything is checked again against what is there by then).

mod apply;
mod check_case;
mod check_prediction;
mod check_version;
mod known;
mod masks;
mod may_name;
mod png_header;
mod push;
mod rejection;
mod same_scan;

pub(crate) use apply::{Applied, apply_case, apply_joined, apply_prediction, apply_version};
pub(crate) use masks::{checked_size, diff_of_masks, diff_of_payloads, mask_missing, mask_of};
pub(crate) use push::push;
pub(crate) use same_scan::case_as_held;
