//! One connection, plain or under TLS.

use std::net::IpAddr;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::Service as _;

use super::{Certificate, told_to_stop};

/// The first byte of a client that speaks TLS: the type of a handshake record (RFC 8446, section 5.1).
const TLS_HANDSHAKE: u8 = 22;
/// To one that does not, where it should.
const SPEAKS_PLAIN: &[u8] = b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: 63\r\n\r\nthis port speaks TLS; begin the server's address with https://\n";

/// Whose request it is; an extension of every request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// A client at the door.
pub(super) struct Visitor {
    pub(super) stream: TcpStream,
    pub(super) peer: Peer,
    pub(super) router: Router,
    /// For the headers of a request, and for the handshake.
    pub(super) header_timeout: Duration,
}

impl Visitor {
    /// Answers its requests until it leaves, or until `stopped` says true and what is in hand is done.
    pub(super) async fn serve(
        self,
        certificate: Option<Certificate>,
        stopped: watch::Receiver<bool>,
    ) {
        let Self {
            stream,
            peer,
            router,
            header_timeout,
        } = self;
        // A small answer must not wait for the next one.
        let _ = stream.set_nodelay(true);
        let Some(certificate) = certificate else {
            return answer(stream, peer, router, header_timeout, stopped).await;
        };
        let shaken = tokio::time::timeout(header_timeout, shake_hands(stream, &certificate));
        match shaken.await {
            Ok(Ok(Some(stream))) => answer(stream, peer, router, header_timeout, stopped).await,
            Ok(Ok(None)) | Err(_) => {}
            Ok(Err(error)) => tracing::debug!(%error, "a client and the server found no TLS"),
        }
    }
}

/// The stream under TLS; `None` for a client that does not speak it, which is told so.
async fn shake_hands(
    mut stream: TcpStream,
    certificate: &Certificate,
) -> std::io::Result<Option<impl AsyncRead + AsyncWrite + Unpin + Send + 'static>> {
    let mut first = [0];
    stream.peek(&mut first).await?;
    if first[0] != TLS_HANDSHAKE {
        stream.write_all(SPEAKS_PLAIN).await?;
        stream.shutdown().await?;
        return Ok(None);
    }
    certificate.acceptor().accept(stream).await.map(Some)
}

async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: Peer,
    router: Router,
    header_timeout: Duration,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_to_those_who_speak_plainly_has_its_length() {
        let text = std::str::from_utf8(SPEAKS_PLAIN).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("a body");
        assert!(
            head.contains(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
    }
}
