//! The real server on a random port, driven over real HTTP.

mod access;
mod audit;
mod bad_requests;
mod cli;
mod client;
mod durability;
mod flow;
mod home;
mod intake;
mod lifecycle;
mod openapi;
mod push;
mod queue;
mod sample;
mod scrub;
mod site;
mod uploads;
