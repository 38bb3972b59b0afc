//! The interface under egui_kittest: what it shows, and what input does to the label.

mod account;
mod audit;
mod behaviour;
mod exchange;
mod findings;
mod review;
mod runs;
mod sending;
mod snapshots;
mod stage;
mod store;
