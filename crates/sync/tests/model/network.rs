//! A network that loses, repeats and delays, by a seed.

use std::cell::RefCell;
use std::rc::Rc;

use fovea_annotation::ContentHash;
use fovea_protocol::{ChangesPage, HaveResponse, Hello, PushRequest, PushResponse, QueuePage};
use fovea_sync::{Answer, Random, SeededRandom, Transport, TransportError};

use super::ModelServer;

/// One client's way to the server.
pub(crate) struct Network {
    pub(crate) server: Rc<RefCell<ModelServer>>,
    pub(crate) random: RefCell<SeededRandom>,
    /// Share of requests that meet each kind of fault.
    pub(crate) fault_rate: RefCell<f64>,
    /// A push that the network delivers a second time, later.
    delayed: RefCell<Option<PushRequest>>,
}

impl Network {
    pub(crate) fn new(server: &Rc<RefCell<ModelServer>>, seed: u64, fault_rate: f64) -> Self {
        Self {
            server: Rc::clone(server),
            random: RefCell::new(SeededRandom::new(seed)),
            fault_rate: RefCell::new(fault_rate),
            delayed: RefCell::new(None),
        }
    }

    fn chance(&self) -> bool {
        self.random.borrow_mut().unit() < *self.fault_rate.borrow()
    }

    /// Runs a request through the faults: lost on the way, delivered twice, answer lost.
    fn carry<R>(&self, request: impl Fn(&mut ModelServer) -> R) -> Answer<R> {
        if self.chance() {
            let delayed = self.delayed.borrow_mut().take();
            if let Some(push) = delayed {
                self.server.borrow_mut().push(&push.ops);
            }
        }
        if self.chance() {
            return Err(lost());
        }
        if self.chance() {
            request(&mut self.server.borrow_mut());
        }
        let answer = request(&mut self.server.borrow_mut());
        if self.chance() {
            Err(lost())
        } else {
            Ok(answer)
        }
    }
}

fn lost() -> TransportError {
    TransportError::Unreachable { why: "lost".into() }
}

impl Transport for Network {
    async fn hello(&self) -> Answer<Hello> {
        self.carry(|server| server.hello())
    }

    async fn have(&self, blobs: &[ContentHash]) -> Answer<HaveResponse> {
        self.carry(|server| HaveResponse {
            missing: server.missing(blobs),
        })
    }

    async fn put_blob(&self, hash: ContentHash, bytes: Vec<u8>) -> Answer<()> {
        assert_eq!(ContentHash::of(&bytes), hash);
        self.carry(|server| drop(server.blobs.insert(hash, bytes.clone())))
    }

    async fn get_blob(&self, hash: ContentHash) -> Answer<Vec<u8>> {
        let blob = self.carry(|server| server.blobs.get(&hash).cloned())?;
        blob.ok_or(TransportError::Refused {
            code: "blob_unknown".into(),
            detail: String::new(),
        })
    }

    async fn push(&self, request: &PushRequest) -> Answer<PushResponse> {
        assert!(request.ops.len() <= 3, "the server's limit");
        if self.chance() {
            *self.delayed.borrow_mut() = Some(request.clone());
        }
        self.carry(|server| server.push(&request.ops))
    }

    async fn changes(&self, cursor: u64, _wait_s: u32) -> Answer<ChangesPage> {
        self.carry(|server| server.changes(cursor))
    }

    async fn queue(&self, _threshold: f32) -> Answer<QueuePage> {
        Err(lost())
    }
}
