//! Connections: accepted up to a limit, given little time for their headers, finished before the end.

mod connection;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use crate::limits::{Addresses, LimitsSection};
use crate::metrics::Metrics;

pub(crate) use connection::Peer;
use connection::Visitor;
pub use tls::TlsError;
pub(crate) use tls::{Certificate, TlsSection};

/// How long requests in hand may take once the server is to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);
/// After the system refused a connection, most often because files ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Where clients come in, and what they find.
pub(crate) struct Door {
    pub(crate) listener: TcpListener,
    pub(crate) router: Router,
    pub(crate) metrics: Metrics,
    pub(crate) limits: LimitsSection,
    /// Without one the connections are plain.
    pub(crate) certificate: Option<Certificate>,
}

/// Serves until `stopped` says true, then waits for the requests in hand.
pub(crate) async fn serve(door: Door, mut stopped: watch::Receiver<bool>) {
    let connections_max = door.limits.connections_max;
    let free = Arc::new(Semaphore::new(connections_max as usize));
    let addresses = Addresses::new(door.limits.connections_per_address_max);
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = door.listener.accept() => accepted,
            () = told_to_stop(&mut stopped) => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let Some(turn) = addresses.turn(address.ip()) else {
                    door.metrics.turned_away();
                    continue;
                };
                let held = (permit, turn, door.metrics.connected());
                let visitor = Visitor {
                    stream,
                    peer: Peer(address.ip()),
                    router: door.router.clone(),
                    header_timeout: door.limits.header_timeout(),
                };
                let (certificate, stopped) = (door.certificate.clone(), stopped.clone());
                tokio::spawn(async move {
                    visitor.serve(certificate, stopped).await;
                    drop(held);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(door.listener);
    let all = free.acquire_many(connections_max);
    if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
        tracing::warn!("requests were cut off because they took too long to finish");
    }
}

/// Resolves once the server is to stop; that its handle was dropped means the same.
pub(crate) async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
