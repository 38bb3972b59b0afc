//! The parts of the simulation.

mod client;
mod network;
mod server;

pub use client::Client;
pub use network::Network;
pub use server::ModelServer;
