//! The commands of the administrator.

use std::path::Path;
use std::process::{Command, Output};

use fovea_annotation::ContentHash;
use fovea_protocol::Hello;

use crate::client::Client;
use crate::home::DROP_NO_UPDATE;
use crate::sample::{gray_png, predicted_case};
use crate::site::Site;

fn run(args: &[&str], data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
    command
        .args(args)
        .arg("--data")
        .arg(data)
        .output()
        .expect("the server is built")
}

#[tokio::test]
async fn accounts_are_made_beside_a_running_server() {
    let site = Site::start().await;
    let file = site.data().join("token");
    let made = run(
        &[
            "create-user",
            "--name",
            "ada",
            "--role",
            "labeler",
            "--token-file",
            file.to_str().expect("text"),
        ],
        site.data(),
    );
    assert!(made.status.success() && made.stdout.is_empty(), "{made:?}");
    let token = std::fs::read_to_string(&file).expect("the token file");
    let hello: Hello = Client::new(&site.handle.url(), Some(token.trim().into()))
        .get("/v1/hello")
        .await;
    assert_eq!(hello.user, "ada");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            std::fs::metadata(&file)
                .expect("is there")
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
    }
    let printed = run(
        &["create-user", "--name", "bob", "--role", "reviewer"],
        site.data(),
    );
    assert!(String::from_utf8_lossy(&printed.stdout).starts_with("fovea_"));
    for bad in [
        ["--name", "ada", "--role", "king"],
        ["--name", "a b", "--role", "labeler"],
        ["--name", "", "--role", "labeler"],
    ] {
        let refused = run(&[&["create-user"], &bad[..]].concat(), site.data());
        assert!(
            !refused.status.success() && !refused.stderr.is_empty(),
            "{bad:?}"
        );
    }
}

#[tokio::test]
async fn checks_say_what_they_found_by_their_exit_status() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5]).await;
    for command in ["verify-audit", "scrub", "migrate"] {
        let done = run(&[command], site.data());
        assert!(done.status.success(), "{command}: {done:?}");
    }
    let tamper = format!("{DROP_NO_UPDATE}; UPDATE audit SET actor = 'eve' WHERE seq = 3");
    site.intrude(&tamper).expect("tampers");
    crate::objects::remove(site.data(), ContentHash::of(&gray_png(9)));
    for (command, text) in [
        ("verify-audit", "line 3 was changed"),
        ("scrub", "is damaged or gone"),
    ] {
        let done = run(&[command], site.data());
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(
            !done.status.success() && said.contains(text),
            "{command}: {said}"
        );
    }
}
