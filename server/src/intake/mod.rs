//! A file becomes a case: the PHI firewall, then tiles, then one transaction.
//!
//! The file itself is never stored. What is kept is the scan as the firewall re-emits it, its B-scans as pictures, and the
//! report of what was removed.

mod site_key;
mod take_in;

pub(crate) use site_key::{load_or_create_site_key, site_key_mark};
pub(crate) use take_in::take_in;
