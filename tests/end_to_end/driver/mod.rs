//! What it takes to use the real application as a person does: a desk, hands, eyes, and a server to ask.

mod application;
mod desk;
mod eyes;
pub(crate) mod hands;
mod process;
mod server;
mod session;
pub(crate) mod stroke;
pub(crate) mod wait;

pub(crate) use server::{PASSWORD, Server};
pub(crate) use session::Session;
