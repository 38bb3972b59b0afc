//! The worker: answers in order, cancels, survives a bad model.

mod support;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Duration;

use fovea_inference::{ModelSource, SegmentError, Segmenter, SegmenterEvent};
use support::phantom;

/// Long enough for a loaded machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(120);

fn start(source: ModelSource) -> (Segmenter, Receiver<SegmenterEvent>) {
    let (events, inbox) = sync_channel(1024);
    let worker = Segmenter::start(None, source, move |event| drop(events.try_send(event)))
        .expect("a thread");
    (worker, inbox)
}

/// Events up to the first that `is_last` takes, that one included.
fn until(
    inbox: &Receiver<SegmenterEvent>,
    is_last: impl Fn(&SegmenterEvent) -> bool,
) -> Vec<SegmenterEvent> {
    let mut events = Vec::new();
    loop {
        events.push(inbox.recv_timeout(PATIENCE).expect("the worker answers"));
        if events.last().is_some_and(&is_last) {
            return events;
        }
    }
}

#[test]
fn scans_are_answered_in_order_with_progress() {
    let (worker, inbox) = start(ModelSource::BuiltIn);
    for id in 0..3 {
        worker
            .submit(id, Arc::new(phantom(id, 64, 48)))
            .expect("room in the queue");
    }
    let events = until(&inbox, |event| {
        matches!(event, SegmenterEvent::Done { id: 2, .. })
    });
    assert!(matches!(events[0], SegmenterEvent::Ready { .. }));
    let done: Vec<u64> = events
        .iter()
        .filter_map(|event| {
            if let SegmenterEvent::Done { id, .. } = event {
                Some(*id)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(done, [0, 1, 2]);
    assert!(events.iter().any(|event| matches!(
        event,
        SegmenterEvent::Progress {
            id: 1,
            done: 1,
            of: 1
        }
    )));
}

#[test]
fn cancelled_scans_are_answered_and_later_ones_run() {
    let (worker, inbox) = start(ModelSource::BuiltIn);
    for id in 0..8 {
        worker
            .submit(id, Arc::new(phantom(1, 64, 48)))
            .expect("room in the queue");
    }
    worker.cancel();
    worker
        .submit(99, Arc::new(phantom(1, 64, 48)))
        .expect("room in the queue");
    let events = until(&inbox, |event| {
        matches!(event, SegmenterEvent::Done { id: 99, .. })
    });
    let cancelled = events
        .iter()
        .filter(|event| {
            matches!(
                event,
                SegmenterEvent::Failed {
                    error: SegmentError::Cancelled,
                    ..
                }
            )
        })
        .count();
    let done = events
        .iter()
        .filter(|event| matches!(event, SegmenterEvent::Done { .. }))
        .count();
    assert_eq!(cancelled + done, 9);
    assert!(cancelled > 0);
}

#[test]
fn a_refused_model_leaves_the_one_before() {
    let (worker, inbox) = start(ModelSource::BuiltIn);
    worker
        .load(ModelSource::File("absent.safetensors".into()))
        .expect("room in the queue");
    worker
        .submit(1, Arc::new(phantom(1, 32, 32)))
        .expect("room in the queue");
    let events = until(&inbox, |event| {
        matches!(
            event,
            SegmenterEvent::Done { .. } | SegmenterEvent::Failed { .. }
        )
    });
    assert!(
        events
            .iter()
            .any(|event| matches!(event, SegmenterEvent::LoadFailed(_)))
    );
    assert!(matches!(
        events.last(),
        Some(SegmenterEvent::Done { id: 1, .. })
    ));
}
