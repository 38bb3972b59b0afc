//! What it takes to use the real application as a person does: a desk, hands, eyes, and a server to ask.

mod application;
mod desk;
mod eyes;
pub mod hands;
mod process;
mod server;
mod session;
pub mod stroke;
pub mod wait;

pub use server::Server;
pub use session::Session;
