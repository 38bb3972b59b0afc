//! How a server is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::background::Parts;
use crate::clock::Clock;

/// Settings of a server.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder of database, objects and keys; made when it is missing.
    pub data: PathBuf,
    /// Where to listen. Port 0 takes a free one. An address that is not loopback needs `[tls]` in `server.toml`.
    pub listen: SocketAddr,
    /// File that gets the address, written whole once the server answers.
    pub port_file: Option<PathBuf>,
    /// What the process does beside answering requests.
    pub parts: Parts,
    /// The clock.
    pub clock: Clock,
}

impl Config {
    /// A server on the data in `data`, on a free loopback port.
    pub fn on_free_port(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            port_file: None,
            parts: Parts::ALL,
            clock: Clock::system(),
        }
    }
}
