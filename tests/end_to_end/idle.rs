//! A window that nobody touches costs nothing.

use std::time::{Duration, Instant};

use crate::driver::{Session, wait};
use crate::words;

const QUIET: Duration = Duration::from_secs(10);

#[test]
fn an_idle_window_draws_nothing_for_ten_seconds() {
    let (mut session, mut server) = Session::begin("idle");
    server.start();
    session.with_sample();
    session.start(words::SEGMENT);
    session.see_named(words::CANVAS);
    // Start-up work ends in its own time. Then ten seconds in a row without a frame must come.
    let (mut painted, mut since) = (session.application().frames_painted(), Instant::now());
    assert!(
        painted > 0,
        "the frame log is empty although the window shows something"
    );
    wait::until(
        "ten seconds without a frame",
        Duration::from_secs(60),
        || {
            session.application().must_be_running();
            let now = session.application().frames_painted();
            if now != painted {
                (painted, since) = (now, Instant::now());
            }
            (since.elapsed() >= QUIET).then_some(())
        },
    );
}
