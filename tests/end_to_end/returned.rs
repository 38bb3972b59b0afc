//! A label comes back from review, is mended, goes there again, and is approved.

use crate::driver::{PASSWORD, Session};
use crate::main_job::Job;
use crate::words;

#[test]
fn a_label_that_was_sent_back_is_opened_mended_submitted_again_and_approved() {
    let (mut session, mut server) = Session::begin("returned");
    server.start();
    let mut job = Job::open(&mut session);
    job.segment();
    let points = job.correct_and_save();
    job.is_on_server(&server, 2);
    let tile = job.tile(&server);
    let label = server.versions(&tile).versions[1].version.id;
    server.send_back(&label, "the fluid is wider");

    job.session.press_beginning(words::QUEUE_TAB);
    job.session.see(words::SENT_BACK);
    job.session.press_ending(words::SENT_BACK_ROW);
    job.session.see(words::SENT_BACK_BANNER);
    job.session.screenshot("29-sent-back");
    let wider: Vec<_> = points.iter().map(|(x, y)| (*x, y + 10)).collect();
    job.draw("b", &wider);
    job.session.key("ctrl+s");
    job.session.see("Saved v3");
    job.session.see_no_more(words::SENT_BACK);
    job.is_on_server(&server, 3);
    let graph = server.versions(&tile);
    assert!(graph.returned.is_empty(), "nothing waits for its author");
    assert_eq!(graph.versions[2].version.parents, [label]);

    // A reviewer takes the chair.
    session.application().terminate();
    session.without_server();
    session.start(words::SEGMENT);
    session.key("ctrl+shift+a");
    session.fill(words::SERVER_ADDRESS, &server.url());
    session.fill(words::YOUR_NAME, "admin");
    session.fill_secret(words::YOUR_PASSWORD, PASSWORD);
    session.see(words::ADMIN);
    session.press(words::REVIEW);
    session.see(words::NONE_APPROVED);
    session.screenshot("30-review");
    session.press(words::APPROVE);
    session.see(words::APPROVED);
    session.screenshot("31-approved");
    let newest = graph.versions[2].version.id;
    assert_eq!(server.versions(&tile).approved, Some(newest));
    session.application().terminate();
}
