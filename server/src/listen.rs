//! Connections: accepted up to a limit, given little time for their headers, finished before the end.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::Service as _;

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
            Ok((stream, address)) => {
                let peer = Peer(address.ip());
                let (router, stopped) = (router.clone(), stopped.clone());
                tokio::spawn(async move {
                    serve_connection(stream, peer, router, stopped).await;
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

/// Whose request it is; an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

async fn serve_connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    // A small answer must not wait for the next one.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
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
