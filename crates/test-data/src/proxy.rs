//! A TCP proxy in front of an HTTP server, which goes wrong when it is told to.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is read and answered with 500; the server never sees it.
    Answer500,
    /// The connection breaks once so many bytes of the request went through.
    CutRequest(usize),
    /// The server does what it was asked to, and the connection breaks once so many bytes of its answer went through.
    CutAnswer(usize),
    /// The server does what it was asked to, and its answer waits until the proxy is healed or told to fail otherwise.
    HoldAnswer,
}

/// A proxy on a free port of this machine.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    fault: Option<(&'static str, Fault)>,
    times: u32,
    struck: u32,
    holds_answers: bool,
    open: Vec<TcpStream>,
}

impl Proxy {
    /// A proxy in front of the server on `port`.
    ///
    /// # Panics
    /// When this machine has no free port.
    pub fn before(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let own_port = listener.local_addr().expect("it is bound").port();
        let shared: Arc<Shared> = Arc::default();
        let own = Arc::clone(&shared);
        named(move || {
            for client in listener.incoming().flatten() {
                let shared = Arc::clone(&own);
                named(move || {
                    // A connection that breaks is what the test is about.
                    let _ = serve(&client, port, &shared);
                    let _ = client.shutdown(Shutdown::Both);
                });
            }
        });
        Self {
            port: own_port,
            shared,
        }
    }

    /// Where it listens, such as `http://127.0.0.1:9000`.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// From now on the next `times` requests of this method meet `fault`. Connections that are open break, so that none
    /// gets round it.
    pub fn fail(&self, method: &'static str, fault: Fault, times: u32) {
        let mut state = self.shared.lock();
        state.fault = Some((method, fault));
        (state.times, state.struck) = (times, 0);
        state.holds_answers = fault == Fault::HoldAnswer;
        self.shared.changed.notify_all();
        for connection in state.open.drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }

    /// From now on nothing goes wrong. Returns how many requests did.
    pub fn heal(&self) -> u32 {
        let mut state = self.shared.lock();
        (state.times, state.holds_answers) = (0, false);
        self.shared.changed.notify_all();
        state.struck
    }
}

fn serve(client: &TcpStream, port: u16, shared: &Shared) -> io::Result<()> {
    let mut client = client.try_clone()?;
    let mut head = read_head(&mut client)?;
    let Some(fault) = strike(&mut shared.lock(), &head, &client)? else {
        let server = TcpStream::connect(("127.0.0.1", port))?;
        return exchange(client, server, &head, (usize::MAX, usize::MAX));
    };
    if fault == Some(Fault::Answer500) {
        drain_body(&mut client, &head)?;
        let answer =
            "HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        return client.write_all(answer.as_bytes());
    }
    // One request a connection, so that each can be judged.
    let line_end = position(&head, b"\r\n").unwrap_or_default() + 2;
    head.splice(line_end..line_end, *b"Connection: close\r\n");
    let server = TcpStream::connect(("127.0.0.1", port))?;
    if fault == Some(Fault::HoldAnswer) {
        return hold_answer(client, server, &head, shared);
    }
    let limits = match fault {
        Some(Fault::CutRequest(bytes)) => (bytes, usize::MAX),
        Some(Fault::CutAnswer(bytes)) => (usize::MAX, bytes),
        _ => (usize::MAX, usize::MAX),
    };
    exchange(client, server, &head, limits)
}

/// What happens to this request: outer `None` when no fault is set, inner `None` when it is not meant.
fn strike(state: &mut State, head: &[u8], client: &TcpStream) -> io::Result<Option<Option<Fault>>> {
    let Some((method, fault)) = state.fault.filter(|_| state.times > 0) else {
        state.open.push(client.try_clone()?);
        return Ok(None);
    };
    if !head.starts_with(method.as_bytes()) {
        return Ok(Some(None));
    }
    state.times -= 1;
    state.struck += 1;
    if fault == Fault::HoldAnswer {
        state.open.push(client.try_clone()?);
    }
    Ok(Some(Some(fault)))
}

/// Passes the request on at once, and the answer once nothing holds it any more.
fn hold_answer(
    client: TcpStream,
    server: TcpStream,
    head: &[u8],
    shared: &Shared,
) -> io::Result<()> {
    let mut request = client.try_clone()?;
    let mut to_server = server.try_clone()?;
    to_server.write_all(head)?;
    named(move || {
        pump(&mut request, &mut to_server, usize::MAX);
    });
    // The first byte of an answer says that the work is done.
    server.peek(&mut [0])?;
    let held = shared
        .changed
        .wait_while(shared.lock(), |state| state.holds_answers);
    drop(held.unwrap_or_else(PoisonError::into_inner));
    let (mut server, mut client) = (server, client);
    pump(&mut server, &mut client, usize::MAX);
    let _ = client.shutdown(Shutdown::Both);
    server.shutdown(Shutdown::Both)
}

/// Passes bytes both ways, up to the limits of request and answer.
fn exchange(
    mut client: TcpStream,
    mut server: TcpStream,
    head: &[u8],
    (request_max, answer_max): (usize, usize),
) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let first = &head[..head.len().min(request_max)];
    to_server.write_all(first)?;
    let left = request_max - first.len();
    let up = named(move || {
        let whole = pump(&mut from_client, &mut to_server, left);
        let end = if whole {
            Shutdown::Write
        } else {
            Shutdown::Both
        };
        let _ = to_server.shutdown(end);
    });
    pump(&mut server, &mut client, answer_max);
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
    let _ = up.join();
    Ok(())
}

/// Passes up to `max` bytes on; true when there were no more.
fn pump(from: &mut TcpStream, to: &mut TcpStream, max: usize) -> bool {
    let (mut buffer, mut left) = ([0; 16 * 1024], max);
    loop {
        match from.read(&mut buffer) {
            Ok(0) | Err(_) => return true,
            Ok(len) => {
                let len = len.min(left);
                if to.write_all(&buffer[..len]).is_err() {
                    return false;
                }
                left -= len;
                if left == 0 {
                    return false;
                }
            }
        }
    }
}

/// Everything up to the empty line, and what of the body came with it.
fn read_head(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut head, mut buffer) = (Vec::new(), [0; 4 * 1024]);
    while position(&head, b"\r\n\r\n").is_none() {
        let len = client.read(&mut buffer)?;
        if len == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        head.extend_from_slice(&buffer[..len]);
    }
    Ok(head)
}

fn drain_body(client: &mut TcpStream, head: &[u8]) -> io::Result<()> {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length: u64 = length.map_or(0, |text| text.trim().parse().unwrap_or(0));
    let end = position(head, b"\r\n\r\n").unwrap_or_default() + 4;
    let left = length.saturating_sub((head.len() - end) as u64);
    io::copy(&mut client.take(left), &mut io::sink()).map(drop)
}

fn position(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn named(work: impl FnOnce() + Send + 'static) -> std::thread::JoinHandle<()> {
    let builder = std::thread::Builder::new().name("fault-proxy".into());
    builder.spawn(work).expect("there is room for a thread")
}
