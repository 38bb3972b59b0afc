//! A scan on its way to a server that is killed in the middle.

use std::time::Duration;

use fovea_phantom::PhantomParams;
use fovea_test_data::{Fault, Proxy};

use crate::driver::{Session, wait};
use crate::words;

const PATIENCE: Duration = Duration::from_secs(120);
/// Less than the smallest request that carries a piece of a scan, so that none gets through as a whole.
const CUT_AFTER_BYTES: usize = 40_000;

#[test]
fn a_scan_goes_on_where_it_stopped_when_the_server_was_killed() {
    let (mut session, mut server) = Session::begin("sending");
    server.start();
    let line = Proxy::before(server.port());
    session.through(line.endpoint());
    session.start(words::SEGMENT);
    let scan = session.dir().join("scan.vol");
    let phantom = fovea_phantom::generate(4, &PhantomParams::normal().with_bscans(4));
    std::fs::write(&scan, fovea_phantom::heidelberg_vol(&phantom.volume))
        .expect("the folder is writable");

    // The line breaks in every piece: something of the scan arrives, and not all of it.
    line.fail("PATCH", Fault::CutRequest(CUT_AFTER_BYTES), u32::MAX);
    session.key("ctrl+shift+s");
    session.choose_file(words::SEND_DIALOG, &scan);
    session.press(words::NO_PERSON);
    session.fill(words::DEVICE_ID, "oct-2");
    session.screenshot("26-send");
    session.press(words::SEND);
    session.key("ctrl+shift+u");
    session.see(words::WAITS);
    server.kill();
    assert!(line.heal() > 0, "the line broke in the middle of the scan");
    session.see(words::WAITS);
    session.screenshot("27-server-killed");

    server.start();
    assert!(server.cases().is_empty(), "nothing was taken in by halves");
    wait::until("the scan to be on the server", PATIENCE, || {
        session.press_if_there(words::TRY);
        (!server.cases().is_empty()).then_some(())
    });
    session.see(words::ON_THE_SERVER);
    let cases = server.cases();
    assert_eq!((cases.len(), cases[0].tile_count), (1, 4));
    session.see(&cases[0].case_id.to_string());
    session.screenshot("28-scan-on-the-server");
    session.application().terminate();
}
