//! How much one client may ask for, so that none keeps the others out.

mod addresses;
mod rates;
mod section;

pub(crate) use addresses::Addresses;
pub(crate) use rates::{Rates, TooMany};
pub(crate) use section::LimitsSection;
