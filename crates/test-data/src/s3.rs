//! An S3-compatible store of the test's own: started once for each test program, a bucket for each test.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::missing;

/// Lives as long as its standard input is open, so that no server outlives the test program, however that ends.
/// Each line that it reads is a call, and what it answers is one line: `ok` with hexadecimal bytes, or `no`.
const KEEPER: &str = r#"
import logging, os, sys
logging.getLogger("werkzeug").setLevel(logging.ERROR)
os.environ.update(AWS_ACCESS_KEY_ID="testing", AWS_SECRET_ACCESS_KEY="testing", AWS_EC2_METADATA_DISABLED="true")
import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1")

def keys(bucket):
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [item["Key"] for page in pages for item in page.get("Contents", [])]

def call(name, *words):
    if name == "make":
        client.create_bucket(Bucket=words[0])
        return b""
    if name == "keys":
        return "\n".join(keys(words[0])).encode()
    bucket, key = words[:2]
    if name == "get":
        return client.get_object(Bucket=bucket, Key=key)["Body"].read()
    if name == "put":
        client.put_object(Bucket=bucket, Key=key, Body=bytes.fromhex(words[2]) if words[2:] else b"")
        return b""
    if name == "remove":
        client.delete_object(Bucket=bucket, Key=key)
        return b""
    if name == "seal":
        head = client.head_object(Bucket=bucket, Key=key)
        return f'{head.get("ServerSideEncryption")} {head.get("SSEKMSKeyId")}'.encode()
    raise ValueError(name)

print(port, flush=True)
for line in sys.stdin:
    try:
        print("ok", call(*line.split()).hex(), flush=True)
    except Exception as error:
        print("no", repr(error).replace("\n", " "), flush=True)
server.stop()
"#;

/// A running store.
pub struct S3 {
    keeper: Child,
    pipes: Mutex<(Option<ChildStdin>, Lines<BufReader<ChildStdout>>)>,
    port: u16,
    buckets: AtomicU32,
}

impl S3 {
    /// Where its buckets are.
    pub const REGION: &str = "us-east-1";
    /// A credentials file. The server takes any key pair, but clients want one.
    pub const CREDENTIALS: &str =
        "[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n";

    /// The server that all tests of this program share; `test` names who needs it.
    pub fn shared(test: &str) -> Option<&'static Self> {
        static SHARED: OnceLock<Option<S3>> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(test)).as_ref()
    }

    /// A server of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(test: &str) -> Option<Self> {
        let python = std::env::var_os("FOVEA_ORACLE_PYTHON").map(PathBuf::from);
        let Some(python) = python.filter(|path| path.is_file()) else {
            missing(
                test,
                "an S3 in Python; `./x test` installs it, or set FOVEA_ORACLE_PYTHON",
            );
            return None;
        };
        let mut keeper = Command::new(python)
            .args(["-W", "ignore", "-c", KEEPER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("there is a Python");
        let stdin = keeper.stdin.take();
        let mut lines = BufReader::new(keeper.stdout.take().expect("it is piped")).lines();
        let port = lines.next().and_then(|line| line.ok()?.parse().ok());
        Some(Self {
            keeper,
            pipes: Mutex::new((stdin, lines)),
            port: port.expect("the S3 server says its port; see above for what it says instead"),
            buckets: AtomicU32::new(0),
        })
    }

    /// Where it listens, such as `http://127.0.0.1:9000`.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port of [`Self::endpoint`].
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Name of a new, empty bucket.
    ///
    /// # Panics
    /// When the server does not make one.
    pub fn new_bucket(&self) -> String {
        let number = self.buckets.fetch_add(1, Ordering::Relaxed);
        let name = format!("fovea-{number}");
        self.call(&["make", &name]);
        name
    }

    /// Names of all objects of a bucket.
    ///
    /// # Panics
    /// When there is no such bucket.
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let names = String::from_utf8(self.call(&["keys", bucket])).expect("names are text");
        names.lines().map(str::to_owned).collect()
    }

    /// Bytes of an object.
    ///
    /// # Panics
    /// When it is not there.
    pub fn get(&self, bucket: &str, key: &str) -> Vec<u8> {
        self.call(&["get", bucket, key])
    }

    /// Writes an object, as somebody with the keys of the store can.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn put(&self, bucket: &str, key: &str, bytes: &[u8]) {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.call(&["put", bucket, key, &hex]);
    }

    /// Removes an object.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn remove(&self, bucket: &str, key: &str) {
        self.call(&["remove", bucket, key]);
    }

    /// Kind of encryption and id of the key that the store was asked to use for an object.
    ///
    /// # Panics
    /// When it is not there.
    pub fn seal(&self, bucket: &str, key: &str) -> String {
        String::from_utf8(self.call(&["seal", bucket, key])).expect("it is text")
    }

    fn call(&self, words: &[&str]) -> Vec<u8> {
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        let (stdin, lines) = &mut *pipes;
        let stdin = stdin.as_mut().expect("it runs");
        writeln!(stdin, "{}", words.join(" ")).expect("the S3 server reads");
        let answer = lines.next().and_then(Result::ok).unwrap_or_default();
        let hex = answer.strip_prefix("ok");
        let hex = hex.unwrap_or_else(|| panic!("{:?}: {answer}", words.first()));
        from_hex(hex.trim())
    }
}

impl Drop for S3 {
    fn drop(&mut self) {
        // Its standard input closes, so it stops.
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        drop(pipes.0.take());
        let _ = self.keeper.wait();
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| (byte as char).to_digit(16).expect("digits") as u8;
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}
