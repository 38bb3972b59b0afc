//! The real server on a random port, driven over real HTTP.

mod access;
mod audit;
mod bad_requests;
mod cli;
mod client;
mod diagrams;
mod durability;
mod flow;
mod home;
mod intake;
mod lifecycle;
mod openapi;
mod process;
mod push;
mod queue;
mod run_client;
mod run_faults;
mod run_kills;
mod run_processes;
mod run_store;
mod run_wishes;
mod runs;
mod sample;
mod scrub;
mod site;
mod uploads;
