//! The parts of the simulation.

mod client;
mod network;
mod server;

pub(crate) use client::Client;
pub(crate) use network::Network;
pub(crate) use server::ModelServer;
