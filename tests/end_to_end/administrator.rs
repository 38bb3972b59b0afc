//! An administrator signs in in the window, and looks at the audit log.

use crate::driver::{PASSWORD, Session};
use crate::words;

#[test]
fn an_administrator_signs_in_with_a_password_and_checks_the_audit_log() {
    let (mut session, mut server) = Session::begin("administrator");
    server.start();
    session.without_server();
    session.start(words::SEGMENT);
    session.key("ctrl+shift+a");
    session.fill(words::SERVER_ADDRESS, &server.url());
    session.fill(words::YOUR_NAME, "admin");
    session.fill_secret(words::YOUR_PASSWORD, "not the password");
    session.see(words::WRONG_PASSWORD);
    session.see_ready(words::YOUR_PASSWORD);
    session.screenshot("21-wrong-password");
    session.fill_secret(words::YOUR_PASSWORD, PASSWORD);
    session.see(words::ADMIN);
    session.screenshot("22-signed-in");

    session.key("ctrl+shift+k");
    session.see_chosen(words::AUDIT_LOG);
    session.see(words::SIGNED_IN_ROW);
    session.screenshot("23-audit-log");
    session.press_ending(words::SIGNED_IN_ROW);
    session.see("SIGN_IN");
    session.screenshot("24-audit-line");
    session.press(words::VERIFY);
    session.see(words::NOTHING_WRONG);
    session.screenshot("25-audit-verified");
    let log = server.audit();
    let signed_in = log
        .entries
        .iter()
        .filter(|entry| entry.action == "SIGN_IN" && entry.actor == "admin");
    assert_eq!(signed_in.count(), 1, "the wrong password opened nothing");
    session.application().terminate();
}
