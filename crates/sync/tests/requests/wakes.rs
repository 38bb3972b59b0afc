//! A person who says "now" is heard, also in the middle of an attempt that fails.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use fovea_annotation::ContentHash;
use fovea_local_store::ManualClock;
use fovea_protocol::{ChangesPage, HaveResponse, Hello, PushRequest, PushResponse, QueuePage};
use fovea_sync::{EngineParts, Random, SyncEngine, Transport, TransportError};
use tokio::sync::Semaphore;

use crate::site::{PATIENCE, Site};

/// The longest waits that there are.
struct Longest;

impl Random for Longest {
    fn unit(&mut self) -> f64 {
        1.0
    }
}

/// A server that is away: each greeting is told, and fails once the test lets it.
struct Away {
    asked: SyncSender<()>,
    may_fail: Arc<Semaphore>,
}

fn away<T>() -> Result<T, TransportError> {
    let why = "nobody is there".to_owned();
    Err(TransportError::Unreachable { why })
}

impl Transport for Away {
    async fn hello(&self) -> Result<Hello, TransportError> {
        self.asked.send(()).expect("the test listens");
        let permit = self.may_fail.acquire().await;
        permit.expect("it stays open").forget();
        away()
    }

    async fn have(&self, _: &[ContentHash]) -> Result<HaveResponse, TransportError> {
        away()
    }

    async fn put_blob(&self, _: ContentHash, _: Vec<u8>) -> Result<(), TransportError> {
        away()
    }

    async fn get_blob(&self, _: ContentHash) -> Result<Vec<u8>, TransportError> {
        away()
    }

    async fn push(&self, _: &PushRequest) -> Result<PushResponse, TransportError> {
        away()
    }

    async fn changes(&self, _: u64, _: u32) -> Result<ChangesPage, TransportError> {
        away()
    }

    async fn queue(&self, _: f32) -> Result<QueuePage, TransportError> {
        away()
    }
}

fn hear(asked: &Receiver<()>, what: &str) {
    assert!(asked.recv_timeout(PATIENCE).is_ok(), "{what}");
}

#[test]
fn a_wake_in_the_middle_of_an_attempt_that_fails_leads_to_the_next_at_once() {
    let site = Site::new();
    let clock = Arc::new(ManualClock::at(0));
    let (sender, asked) = sync_channel(64);
    let may_fail = Arc::new(Semaphore::new(0));
    let parts = EngineParts {
        store: site.store.sibling().expect("opens"),
        transport: Away {
            asked: sender,
            may_fail: Arc::clone(&may_fail),
        },
        clock: Arc::clone(&clock) as Arc<_>,
        random: Box::new(Longest),
        sink: |_| {},
    };
    let engine = SyncEngine::start(parts).expect("starts");
    // Away for hours: by the ninth failure each wait takes five minutes, longer than this test has patience.
    for attempt in 0..16 {
        hear(&asked, &format!("attempt {attempt}"));
        clock.set_us(i64::from(attempt) * 3_600_000_000);
        engine.handle().wake();
        may_fail.add_permits(1);
    }
    may_fail.add_permits(1);
    drop(engine);
}
