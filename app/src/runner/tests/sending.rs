//! Scans from this machine to the server, as a file and as a case.

use fovea_editor::{Command, Consent, DeskCommand, Passage, State, Upload};
use fovea_protocol::Change;
use fovea_sync::{HttpTransport, TokenFile, Transport};

use super::{Arc, Host, Site};

impl Host {
    /// Says what a person says about phantoms, and sends what is on the desk.
    fn send_what_is_on_the_desk(&mut self) {
        self.until("scans that are read", |state| {
            let desk = state.desk.as_ref().expect("a desk");
            desk.reading_count() == 0 && desk.needs_device
        });
        self.command(Command::Desk(DeskCommand::SetConsent(Consent::NoPerson)));
        self.command(Command::Desk(DeskCommand::SetDevice("oct-7".to_owned())));
        let obstacle = self.state.desk.as_ref().expect("a desk").obstacle();
        assert_eq!(obstacle, None);
        self.command(Command::Desk(DeskCommand::Start));
    }

    fn until_sent(&mut self, count: usize) {
        self.until("everything sent", |state| {
            let done = state
                .sending
                .uploads
                .iter()
                .filter(|upload| upload.is_done());
            state.sending.preparing.is_none() && done.count() == count
        });
    }
}

fn upload(state: &State) -> &Upload {
    state.sending.uploads.last().expect("one")
}

#[test]
fn a_case_and_a_file_arrive_as_the_cases_that_they_are_here() {
    let site = Site::new();
    let server = site.start_server(None);
    let mut host = site.host(Some(server.url()));
    host.import(site.volume_file(2));
    let case = host.state.case.as_ref().expect("open").summary.id;
    host.command(Command::SendCase);
    host.send_what_is_on_the_desk();
    host.until_sent(1);
    assert_eq!(upload(&host.state).case, case);
    assert!(host.state.sending.left_out.is_empty());

    host.command(Command::SendFiles(vec![site.volume_file(3)]));
    host.send_what_is_on_the_desk();
    host.until_sent(2);
    let sent = upload(&host.state).clone();
    assert_eq!(sent.name, "scan.vol");
    assert_ne!(sent.case, case);

    let token = Arc::new(TokenFile(site.path("token")));
    let transport = HttpTransport::new(&server.url(), token).expect("an address");
    let page = site
        .runtime
        .block_on(transport.changes(0, 0))
        .expect("answers");
    let is_sent = |change: &Change| matches!(change, Change::CaseRegistered(meta) if meta.case_id == sent.case);
    assert!(page.changes.iter().any(|entry| is_sent(&entry.change)));

    host.command(Command::ClearDoneUploads);
    host.until("an empty list", |state| state.sending.uploads.is_empty());
    drop(host);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn without_a_server_scans_wait_over_a_restart_and_a_changed_file_is_left_out() {
    let site = Site::new();
    let mut host = site.host(None);
    let path = site.volume_file(1);
    host.command(Command::SendFiles(vec![path.clone()]));
    host.until("a scan that is read", |state| {
        state
            .desk
            .as_ref()
            .is_some_and(|desk| desk.reading_count() == 0)
    });
    site.volume_file(2);
    host.send_what_is_on_the_desk();
    host.until("what is left out", |state| {
        !state.sending.left_out.is_empty()
    });
    let refusal = &host.state.sending.left_out[0];
    assert!(refusal.sentence.contains("has changed"), "{refusal:?}");

    host.command(Command::SendFiles(vec![path]));
    host.send_what_is_on_the_desk();
    let waits = |state: &State| {
        let uploads = &state.sending.uploads;
        uploads.len() == 1 && uploads[0].passage == Passage::NoServer
    };
    host.until("a scan that waits", waits);
    drop(host);

    let mut host = site.host(None);
    host.until("the scan that waits", waits);
    drop(host);
    let server = site.start_server(None);
    let mut host = site.host(Some(server.url()));
    host.until_sent(1);
    drop(host);
    site.runtime.block_on(server.shutdown());
}
