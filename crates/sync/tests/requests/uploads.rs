//! Whole scans to the real server through a proxy that breaks: every byte arrives once, or the scan waits and says why.

use std::time::Instant;

use fovea_local_store::NewUpload;
use fovea_sync::{Passage, UploadView};
use fovea_test_data::{Fault, Proxy};

use crate::site::{PATIENCE, Site, scan};

#[test]
fn every_byte_arrives_once_wherever_the_connection_breaks() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let proxy = Proxy::before(server.addr.port());
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    let cut_request = |method, at| (method, Fault::CutRequest(at), 1);
    let cut_answer = |method, at| (method, Fault::CutAnswer(at), 1);
    let mut faults = vec![
        ("POST /v1/uploads", Fault::Answer500, 2),
        cut_request("POST /v1/uploads", 10),
        cut_answer("POST /v1/uploads", 30),
        ("PATCH", Fault::Answer500, 2),
        cut_answer("PATCH", 0),
        cut_answer("PATCH", 25),
        // Each of several requests in a row ends somewhere else.
        ("PATCH", Fault::CutRequest(15_000), 4),
        cut_request("POST /v1/cases", 150),
        cut_answer("POST /v1/cases", 0),
        cut_answer("POST /v1/cases", 40),
        ("POST /v1/cases", Fault::Answer500, 1),
    ];
    faults.extend(
        [
            0, 1, 200, 400, 401, 1_000, 65_535, 65_536, 70_000, 75_000, 262_143,
        ]
        .map(|at| cut_request("PATCH", at)),
    );
    let mut expected = Vec::new();
    for (seed, (method, fault, times)) in (1..).zip(faults) {
        proxy.fail(method, fault, times);
        expected.push(site.add(seed, 2));
        sending.engine.handle().look();
        sending.until_done(expected.len());
        let struck = proxy.heal();
        assert_eq!(struck, times, "{method} {fault:?}");
        let last = sending.last.last().expect("one");
        assert_eq!(
            last.case_id,
            expected[expected.len() - 1],
            "{method} {fault:?}"
        );
        assert_eq!(last.received, last.length);
    }
    assert_eq!(site.cases(&server.url()), expected, "each case came once");
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn an_upload_goes_on_after_a_restart_where_it_stopped() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let proxy = Proxy::before(server.addr.port());
    let expected = site.add(1, 10);
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    // Every request breaks after a while, so that the upload is somewhere in the middle when the program ends.
    proxy.fail("PATCH", Fault::CutRequest(80_000), u32::MAX);
    sending.until("a part of it there", |list| {
        list.iter()
            .any(|view| (150_000..view.length).contains(&view.received))
    });
    let before = sending.last[0].received;
    drop(sending);
    proxy.heal();
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    sending.until("what was there before", |list| {
        list.iter().any(|view| view.received >= before)
    });
    sending.until_done(1);
    assert_eq!(site.cases(&server.url()), [expected]);
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn without_a_server_scans_wait_and_a_pause_outlasts_the_program() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let address = server.addr;
    site.runtime.block_on(server.shutdown());
    let expected = [site.add(1, 1), site.add(2, 1)];

    let mut sending = site.start_engine(None);
    sending.until("both waiting", |list| {
        list.len() == 2 && list.iter().all(|view| view.passage == Passage::NoServer)
    });
    drop(sending);

    let url = format!("http://{address}");
    let mut sending = site.start_engine(Some(&url));
    sending.until("why it waits", |list| {
        list.iter()
            .any(|view| matches!(&view.passage, Passage::Waiting { why } if why.contains("does not answer")))
    });
    let first = sending.last[0].upload;
    sending.engine.handle().pause(first);
    sending.until("a pause", |list| list[0].passage == Passage::Paused);
    drop(sending);

    let server = site.start_server(Some(address));
    let mut sending = site.start_engine(Some(&url));
    sending.until_done(1);
    assert_eq!(
        sending.last[0].passage,
        Passage::Paused,
        "nobody went on with it"
    );
    assert_eq!(site.cases(&url), [expected[1]]);
    sending.engine.handle().resume(first);
    sending.until_done(2);
    assert_eq!(site.cases(&url), [expected[1], expected[0]]);
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_pause_that_comes_when_all_is_there_does_not_hide_the_case() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let proxy = Proxy::before(server.addr.port());
    let expected = site.add(1, 1);
    proxy.fail("POST /v1/cases", Fault::HoldAnswer, 1);
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    let deadline = Instant::now() + PATIENCE;
    while site.cases(&server.url()) != [expected] {
        assert!(Instant::now() < deadline, "the case never came");
        std::thread::yield_now();
    }
    let upload = site.store.uploads().expect("reads")[0].upload;
    sending.engine.handle().pause(upload);
    sending.until("a pause", |list| {
        list.iter().any(|view| view.passage == Passage::Paused)
    });
    assert_eq!(proxy.heal(), 1);
    sending.until_done(1);
    assert_eq!(sending.last[0].case_id, expected);
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_pause_that_comes_when_all_is_there_holds_when_the_answer_is_lost() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let address = server.addr;
    let proxy = Proxy::before(address.port());
    let expected = site.add(1, 1);
    proxy.fail("POST /v1/cases", Fault::HoldAnswer, 1);
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    sending.until("all there", |list| {
        list.iter().any(|view| view.passage == Passage::Checking)
    });
    let upload = sending.last[0].upload;
    sending.engine.handle().pause(upload);
    sending.until("a pause", |list| list[0].passage == Passage::Paused);
    // The connection breaks with the answer still held.
    proxy.fail("POST /v1/cases", Fault::Answer500, u32::MAX);
    let second = site.add(2, 1);
    sending.engine.handle().look();
    sending.until("the second waiting", |list| {
        list.iter()
            .any(|view| view.case_id == second && matches!(view.passage, Passage::Waiting { .. }))
    });
    assert_eq!(sending.last[0].passage, Passage::Paused, "the wish holds");
    proxy.heal();
    sending.until_done(1);
    sending.engine.handle().resume(upload);
    sending.until_done(2);
    let mut cases = site.cases(&server.url());
    cases.sort();
    let mut both = [expected, second];
    both.sort();
    assert_eq!(cases, both, "each came once");
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn a_sign_in_that_ends_on_the_way_keeps_what_is_there() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let proxy = Proxy::before(server.addr.port());
    let expected = site.add(1, 6);
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    proxy.fail("PATCH", Fault::CutRequest(80_000), u32::MAX);
    sending.until("a part of it there", |list| {
        list.iter().any(|view| view.received > 0)
    });
    site.sign_in("a token that nobody gave");
    proxy.heal();
    sending.until("the question for a sign-in", |list| {
        list[0].passage == Passage::SignInNeeded
    });
    let before = sending.last[0].received;
    assert!(before > 0);
    site.sign_in(&site.token);
    sending.engine.handle().look();
    sending.until("the rest on its way", |list| list[0].received > before);
    sending.until_done(1);
    assert_eq!(site.cases(&server.url()), [expected]);
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn what_is_cancelled_is_gone_here_and_on_the_server() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let proxy = Proxy::before(server.addr.port());
    site.add(1, 6);
    let mut sending = site.start_engine(Some(&proxy.endpoint()));
    proxy.fail("PATCH", Fault::CutRequest(80_000), u32::MAX);
    sending.until("a part of it there", |list| {
        list.iter().any(|view| view.received > 0)
    });
    let upload = sending.last[0].upload;
    let place = site.store.uploads().expect("reads")[0].place.clone();
    sending.engine.handle().remove(upload);
    sending.until("an empty list", <[UploadView]>::is_empty);
    assert_eq!(
        site.store.upload_bytes(upload, 0, 9).expect("reads"),
        [0; 0]
    );
    proxy.heal();

    let place = place.expect("it had begun");
    let status = || {
        let request = reqwest::Client::new().get(&place).bearer_auth(&site.token);
        let answer = site.runtime.block_on(async { request.send().await });
        answer.expect("answers").status().as_u16()
    };
    let deadline = Instant::now() + PATIENCE;
    while status() != 404 {
        assert!(Instant::now() < deadline, "the server keeps it");
        std::thread::yield_now();
    }
    assert!(site.cases(&server.url()).is_empty());
    drop(sending);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn what_the_firewall_of_the_server_turns_away_says_why_and_lets_the_next_pass() {
    let mut site = Site::new();
    let server = site.start_server(None);
    let bad = NewUpload {
        name: "no scan",
        case_id: scan(9, 1).1,
        device_id: "oct-2",
        consent: "no_person",
        laterality: "right",
        bytes: b"these bytes are no scan",
    };
    site.store.add_upload(&bad).expect("stores");
    let expected = site.add(1, 1);
    let mut sending = site.start_engine(Some(&server.url()));
    sending.until_done(1);
    let Passage::Refused { why } = &sending.last[0].passage else {
        panic!("{:?}", sending.last[0])
    };
    assert!(why.starts_with("The file") && why.ends_with('.'), "{why}");
    assert_eq!(site.cases(&server.url()), [expected]);
    drop(sending);
    site.runtime.block_on(server.shutdown());
}
