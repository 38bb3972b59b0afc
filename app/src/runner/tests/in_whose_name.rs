//! Versions carry the name of the account, with a connection and without one.

use fovea_editor::{AccountCommand, Command, Connection, Event, QueueSource, Secret};
use fovea_server::{Role, create_user};

use super::{Host, Site};

fn newest_author(host: &Host) -> &str {
    let tile = host.state.tile.as_ref().expect("open");
    &tile.head().expect("a version").author
}

#[test]
fn the_account_is_the_author_also_after_a_start_without_a_connection() {
    let site = Site::new();
    let server = site.start_server(None);
    let mut host = site.host(None);
    host.import(site.volume_file(1));
    host.stroke(20.0);
    host.save(1);
    assert_eq!(newest_author(&host), "workstation-4");
    drop(host);

    let mut host = site.host(Some(server.url()));
    host.until("the tile", |state| state.tile.is_some());
    host.until("the account", |state| state.account.who.is_some());
    host.stroke(40.0);
    host.save(2);
    assert_eq!(newest_author(&host), "ada");
    drop(host);
    site.runtime.block_on(server.shutdown());

    let mut host = site.host(Some(String::new()));
    host.until("the tile", |state| state.tile.is_some());
    host.stroke(60.0);
    host.save(3);
    assert_eq!(newest_author(&host), "ada");
    let remark = String::new();
    let effects = fovea_editor::handle(&mut host.state, Event::SignedOut { remark });
    host.carry_out(effects);
    host.stroke(70.0);
    host.save(4);
    assert_eq!(newest_author(&host), "workstation-4");
}

#[test]
fn who_signed_in_stays_signed_in_while_the_engines_start() {
    let site = Site::new();
    let password = "correct horse battery";
    create_user(&site.path("server"), "rosa", Role::Reviewer, Some(password)).expect("an account");
    let server = site.start_server(None);
    let mut host = site.host(None);
    host.command(Command::Account(AccountCommand::SignIn {
        server: server.url(),
        name: "rosa".to_owned(),
        password: Secret(password.to_owned()),
    }));
    host.until("the account", |state| state.account.who.is_some());
    host.until("the server", |state| {
        assert!(state.account.who.is_some(), "the account is forgotten");
        state.sync.connection == Connection::Online
    });
    host.command(Command::SetQueueThreshold(0.001));
    host.until("the server's queue", |state| {
        assert!(state.account.who.is_some(), "the account is forgotten");
        !state.queue.loading && state.queue.source == Some(QueueSource::Server)
    });
    drop(host);
    site.runtime.block_on(server.shutdown());
}
