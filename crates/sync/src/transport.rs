//! The server as a port: the requests of the protocol, and nothing of how they travel.

use std::future::Future;

use fovea_annotation::ContentHash;
use fovea_protocol::{ChangesPage, HaveResponse, Hello, PushRequest, PushResponse, QueuePage};

use crate::TransportError;

/// Answer of a request.
pub type Answer<T> = Result<T, TransportError>;

/// The requests of protocol version 1. The futures need not be `Send`: the engine runs on one thread.
pub trait Transport {
    /// `GET /v1/hello`.
    fn hello(&self) -> impl Future<Output = Answer<Hello>>;
    /// `POST /v1/sync/have`.
    fn have(&self, blobs: &[ContentHash]) -> impl Future<Output = Answer<HaveResponse>>;
    /// `PUT /v1/blobs/{sha256}`.
    fn put_blob(&self, hash: ContentHash, bytes: Vec<u8>) -> impl Future<Output = Answer<()>>;
    /// `GET /v1/blobs/{sha256}`.
    fn get_blob(&self, hash: ContentHash) -> impl Future<Output = Answer<Vec<u8>>>;
    /// `POST /v1/sync/push`.
    fn push(&self, request: &PushRequest) -> impl Future<Output = Answer<PushResponse>>;
    /// `GET /v1/sync/changes`; waits up to `wait_s` for the first change.
    fn changes(&self, cursor: u64, wait_s: u32) -> impl Future<Output = Answer<ChangesPage>>;
    /// `GET /v1/active-learning/queue`.
    fn queue(&self, threshold: f32) -> impl Future<Output = Answer<QueuePage>>;
}
