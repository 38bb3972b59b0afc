//! The client: so many connections that each send a request when the answer to the last one is there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::runtime::{Builder, Runtime};

use super::process::Running;

/// A request and what its answer must be.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) content_type: &'static str,
    pub(super) body: Bytes,
    pub(super) status: u16,
}

impl Call {
    /// A `GET` that is answered with 200.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self {
            method: Method::GET,
            path: path.into(),
            content_type: "application/octet-stream",
            body: Bytes::new(),
            status: 200,
        }
    }

    /// A `POST` of JSON.
    pub(super) fn post(path: impl Into<String>, body: impl Into<Bytes>, status: u16) -> Self {
        Self {
            method: Method::POST,
            path: path.into(),
            content_type: "application/json",
            body: body.into(),
            status,
        }
    }
}

/// How a server is reached.
pub(super) struct Target {
    pub(super) address: SocketAddr,
    /// The token, where one is asked for.
    pub(super) token: Option<String>,
}

impl Target {
    /// A server that asks nobody who he is.
    pub(super) fn open(server: &Running) -> Self {
        Self {
            address: server.address,
            token: None,
        }
    }
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) requests: usize,
    pub(super) body_bytes: u64,
    pub(super) seconds: f64,
    /// Of each request, in order of size.
    pub(super) latencies: Vec<Duration>,
}

impl Seen {
    /// Seconds that passed for each request.
    pub(super) fn seconds_each(&self) -> f64 {
        self.seconds / self.requests as f64
    }

    /// The latency that the share `at` of all requests does not exceed, in µs.
    pub(super) fn latency_us(&self, at: f64) -> f64 {
        let index = ((self.latencies.len() as f64 * at) as usize).min(self.latencies.len() - 1);
        self.latencies[index].as_secs_f64() * 1e6
    }
}

/// Sends `calls` over `connections` until they are used up, or `time` is over; a single one is repeated.
pub(super) fn load(
    target: &Target,
    connections: usize,
    time: Duration,
    calls: Vec<Call>,
) -> anyhow::Result<Seen> {
    runtime()?.block_on(async {
        let begun = Instant::now();
        let stock = Arc::new(Stock {
            calls,
            next: AtomicUsize::new(0),
            end: begun + time,
        });
        let mut lines = Vec::new();
        for _ in 0..connections {
            let token = target.token.clone();
            lines.push(tokio::spawn(line(
                target.address,
                token,
                Arc::clone(&stock),
            )));
        }
        let mut seen = Seen::default();
        for line in lines {
            let (bytes, latencies) = line.await??;
            seen.body_bytes += bytes;
            seen.latencies.extend(latencies);
        }
        seen.seconds = begun.elapsed().as_secs_f64();
        seen.requests = seen.latencies.len();
        seen.latencies.sort_unstable();
        ensure!(seen.requests > 0, "not one request was answered in time");
        Ok(seen)
    })
}

/// Sends one request and returns the body of its answer.
pub(super) fn ask(target: &Target, call: &Call) -> anyhow::Result<Bytes> {
    runtime()?.block_on(async {
        let mut sender = connect(target.address).await?;
        answer(&mut sender, target.address, target.token.as_deref(), call).await
    })
}

/// One thread, so that the client leaves the rest of the machine to the server.
pub(super) fn runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

struct Stock {
    calls: Vec<Call>,
    next: AtomicUsize,
    end: Instant,
}

impl Stock {
    fn next(&self) -> Option<&Call> {
        if Instant::now() >= self.end {
            return None;
        }
        match &self.calls[..] {
            [only] => Some(only),
            calls => calls.get(self.next.fetch_add(1, Ordering::Relaxed)),
        }
    }
}

async fn line(
    address: SocketAddr,
    token: Option<String>,
    stock: Arc<Stock>,
) -> anyhow::Result<(u64, Vec<Duration>)> {
    let mut sender = connect(address).await?;
    let (mut bytes, mut latencies) = (0, Vec::new());
    while let Some(call) = stock.next() {
        let begun = Instant::now();
        let body = answer(&mut sender, address, token.as_deref(), call).await?;
        latencies.push(begun.elapsed());
        bytes += body.len() as u64;
    }
    Ok((bytes, latencies))
}

pub(super) async fn connect(address: SocketAddr) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // It ends with the sender; what goes wrong is told to the sender as well.
    tokio::spawn(async move { drop(connection.await) });
    Ok(sender)
}

pub(super) async fn answer(
    sender: &mut SendRequest<Full<Bytes>>,
    address: SocketAddr,
    token: Option<&str>,
    call: &Call,
) -> anyhow::Result<Bytes> {
    let mut request = Request::builder()
        .method(&call.method)
        .uri(&call.path)
        .header(header::HOST, address.to_string())
        .header(header::CONTENT_TYPE, call.content_type);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Full::new(call.body.clone()))?;
    sender.ready().await?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await?.to_bytes();
    ensure!(
        status == call.status,
        "{} {} was answered with {status}: {}",
        call.method,
        call.path,
        String::from_utf8_lossy(&body[..body.len().min(300)])
    );
    Ok(body)
}

/// Reads a field of a JSON body.
pub(super) fn field(body: &[u8], pointer: &str) -> anyhow::Result<String> {
    let json: serde_json::Value = serde_json::from_slice(body)?;
    let value = json.pointer(pointer).and_then(serde_json::Value::as_str);
    Ok(value
        .context("an answer has not the expected form")?
        .to_owned())
}
