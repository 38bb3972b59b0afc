//! Data without accounts get an administrator, once.

use std::path::Path;

use fovea_protocol::UsersPage;
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, problem};
use crate::home;
use crate::process::Process;
use crate::sign_in::{sign_in, with};

/// What a start printed of a password.
fn printed_password(log: &Path) -> Option<String> {
    let text = std::fs::read_to_string(log).expect("the log");
    let (_, rest) = text.split_once("with the password ")?;
    rest.split_whitespace().next().map(str::to_owned)
}

#[tokio::test]
async fn the_first_start_makes_an_administrator_who_must_change_the_password() {
    let folder = home::data_folder();
    let log = folder.path().join("log");
    let mut server = Process::spawn("api", folder.path(), Some("127.0.0.1:0"), Some(&log));
    let nobody = Client::new(&server.url(), None);
    let password = printed_password(&log).expect("is printed");
    let pair = sign_in(&nobody, "admin", &password).await;
    let admin = with(&nobody, &pair.token);
    let early = problem(admin.send(Method::GET, "/v1/users").await).await;
    assert_eq!(
        (early.status, early.code.as_str()),
        (403, "password_change_needed")
    );
    let change = json!({ "current_password": password, "new_password": "chosen by a person" });
    assert_eq!(admin.post("/v1/auth/password", &change).await.status(), 204);
    let page: UsersPage = admin.get("/v1/users").await;
    assert_eq!(page.users.len(), 1);
    server.signal("TERM");
    assert!(server.wait());
    let text = std::fs::read_to_string(&log).expect("the log");
    assert_eq!(text.matches(&password).count(), 1, "{text}");

    let mut server = Process::spawn("serve", folder.path(), Some("127.0.0.1:0"), Some(&log));
    let nobody = Client::new(&server.url(), None);
    assert_eq!(printed_password(&log), None);
    sign_in(&nobody, "admin", "chosen by a person").await;
}

#[tokio::test]
async fn data_with_an_account_get_none() {
    let folder = home::data_folder();
    fovea_server::create_user(folder.path(), "ada", fovea_server::Role::Labeler, None)
        .expect("the account");
    assert_eq!(
        fovea_server::make_first_admin(folder.path()).expect("opens"),
        None
    );
}

#[test]
fn of_several_first_starts_one_makes_it() {
    let folder = home::data_folder();
    let start = || fovea_server::make_first_admin(folder.path()).expect("opens");
    let made = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
        let made = starts.into_iter().map(|start| start.join().expect("ends"));
        made.filter(Option::is_some).count()
    });
    assert_eq!(made, 1);
}
