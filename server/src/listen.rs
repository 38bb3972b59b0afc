//! Connections: accepted up to a limit, given little time for their headers, finished before the end.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Layer as _;

/// Connections at a time; further ones wait in the backlog of the system.
const CONNECTIONS_MAX: usize = 512;
/// A client that takes longer for its headers is cut off, so that slow ones cannot use up the connections.
const HEADER_READ_TIMEOUT: Duration = Duration::from_secs(30);
/// How long requests in hand may take once the server is to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);
/// After the system refused a connection, most often because files ran out.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `stopped` says true, then waits for the requests in hand.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let free = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else {
            break;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told_to_stop(&mut stopped) => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Told to each request, so that those who fail to sign in can be slowed down.
                let service = Extension(ConnectInfo(peer)).layer(router.clone());
                let stopped = stopped.clone();
                tokio::spawn(async move {
                    serve_connection(stream, service, stopped).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
    drop(listener);
    let all = free.acquire_many(CONNECTIONS_MAX as u32);
    if tokio::time::timeout(DRAIN_TIMEOUT, all).await.is_err() {
        tracing::warn!("requests were cut off because they took too long to finish");
    }
}

/// The service, told where the requests of a connection come from.
type FromPeer = AddExtension<Router, ConnectInfo<SocketAddr>>;

async fn serve_connection(
    stream: TcpStream,
    service: FromPeer,
    mut stopped: watch::Receiver<bool>,
) {
    // A small answer must not wait for the next one.
    let _ = stream.set_nodelay(true);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let mut connection = std::pin::pin!(connection);
    let finished = tokio::select! {
        finished = connection.as_mut() => finished,
        () = told_to_stop(&mut stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = finished {
        tracing::debug!(%error, "a connection ended early");
    }
}

/// Resolves once the server is to stop; that its handle was dropped means the same.
pub(crate) async fn told_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}
