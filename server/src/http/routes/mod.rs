//! Handlers, one file per area.

pub(super) mod audit;
pub(super) mod auth;
pub(super) mod blobs;
pub(super) mod byte_range;
pub(super) mod case_access;
mod case_form;
pub(super) mod cases;
pub(super) mod changes;
pub(super) mod health;
pub(super) mod hello;
pub(super) mod labels;
pub(super) mod leases;
pub(super) mod oidc;
pub(super) mod queue;
pub(super) mod recompute;
pub(super) mod reviews;
pub(super) mod run_events;
pub(super) mod runs;
pub(super) mod status;
pub(super) mod sync;
pub(super) mod tiles;
pub(super) mod uploads;
pub(super) mod users;
