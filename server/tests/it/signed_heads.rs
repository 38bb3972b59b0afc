//! Signatures of the audit log, as an auditor uses them.

use std::path::Path;
use std::process::{Command, Output};

use fovea_protocol::{AuditHead, AuditVerification};
use fovea_server::{
    AuditFault, AuditPublicKey, Config, Role, Server, audit_key, verify_audit, verify_audit_against,
};

use crate::home;
use crate::sample::predicted_case;
use crate::site::Site;

fn run(args: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fovea-server"));
    let done: Output = command.args(args).output().expect("the server is built");
    let text = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&text).into())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[tokio::test]
async fn an_auditor_checks_over_the_network() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5; 3]).await;
    let auditor = site.client("otto", Role::Auditor);
    let head: AuditHead = auditor.get("/v1/audit/head").await;
    let key = audit_key(site.data()).expect("reads");
    assert_eq!(head.public_key, key.to_string());
    let found: AuditVerification = auditor.get("/v1/audit/verify").await;
    assert_eq!((found.lines, &found.faults[..]), (head.seq, &[][..]));
    assert!(
        found.heads > 3,
        "those of the database and those of the file"
    );
    let change = format!(
        "{} UPDATE audit SET actor = 'eve' WHERE seq = 4; {}",
        home::WITHOUT_TRIGGERS,
        home::WITH_TRIGGERS
    );
    site.intrude(&change).expect("tampers");
    let found: AuditVerification = auditor.get("/v1/audit/verify").await;
    let expected = "line 4 was changed: its hash does not belong to its content";
    assert_eq!(found.faults, [expected]);
}

#[tokio::test]
async fn an_auditor_checks_a_downloaded_log_on_another_machine() {
    let site = Site::start().await;
    // More than one page.
    for case in 0..6 {
        predicted_case(&site.labeler(), &format!("case {case}"), &[0.5; 95]).await;
    }
    let auditor = site.client("otto", Role::Auditor);
    let head: AuditHead = auditor.get("/v1/audit/head").await;
    let desk = tempfile::tempdir().expect("a folder");
    let (heads, log) = (desk.path().join("heads.txt"), desk.path().join("log.json"));
    std::fs::copy(site.data().join("audit-heads.txt"), &heads).expect("copies");
    let (mut pages, mut after) = (String::new(), Some(0));
    while let Some(from) = after {
        let page: serde_json::Value = auditor.get(&format!("/v1/audit?after={from}")).await;
        after = page["next"].as_u64();
        pages += &(page.to_string() + "\n");
    }
    let check = |pages: &str, key: &str| {
        std::fs::write(&log, pages).expect("writes");
        run(&[
            "verify-audit",
            "--log",
            text(&log),
            "--heads",
            text(&heads),
            "--key",
            key,
            "--server-id",
            &head.server_id.to_string(),
        ])
    };
    let (is_good, said) = check(&pages, &head.public_key);
    assert!(
        is_good && said.contains(&format!("{} lines", head.seq)),
        "{said}"
    );
    let (is_good, said) = check(&pages.replacen("\"ada\"", "\"eve\"", 1), &head.public_key);
    assert!(!is_good && said.contains("was changed"), "{said}");
    let shorter = pages.lines().next().expect("a page");
    let (is_good, said) = check(shorter, &head.public_key);
    assert!(!is_good && said.contains("is not in the log"), "{said}");
    let other = tempfile::tempdir().expect("a folder");
    let foreign = audit_key(other.path()).expect("is made").to_string();
    let (is_good, said) = check(&pages, &foreign);
    assert!(!is_good && said.contains("not signed"), "{said}");
    let (is_good, _) = check("nonsense", &head.public_key);
    assert!(!is_good);
    let (is_good, said) = run(&["audit-key", "--data", text(site.data())]);
    assert_eq!((is_good, said.trim()), (true, head.public_key.as_str()));
}

#[tokio::test]
async fn heads_on_another_disk_outlive_an_intruder_who_has_the_first() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let copy = elsewhere.path().join("heads.txt");
    let site = Site::start_with(&format!("[audit]\nheads_file = '{}'\n", text(&copy))).await;
    predicted_case(&site.labeler(), "case", &[0.5; 3]).await;
    let here = site.data().join("audit-heads.txt");
    let written = std::fs::read_to_string(&here).expect("reads");
    assert_eq!(std::fs::read_to_string(&copy).expect("reads"), written);
    // The end of the log goes, with every head of it that is on this machine.
    let cut = format!(
        "{} DELETE FROM audit WHERE seq > 4; DELETE FROM audit_heads WHERE seq > 2; {}",
        home::WITHOUT_TRIGGERS,
        home::WITH_TRIGGERS
    );
    site.intrude(&cut).expect("tampers");
    let kept: String = written
        .lines()
        .take(1)
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(&here, kept).expect("writes");
    let faults = verify_audit(site.data()).expect("reads").faults;
    let is_lost = |fault: &AuditFault| matches!(fault, AuditFault::HeadLost { .. });
    assert!(faults.iter().any(is_lost), "{faults:?}");
}

#[tokio::test]
async fn what_a_command_writes_is_signed_as_well() {
    let site = Site::start().await;
    for name in ["ada", "bob"] {
        let data = text(site.data()).to_owned();
        let (made, said) = run(&[
            "create-user",
            "--data",
            &data,
            "--name",
            name,
            "--role",
            "labeler",
        ]);
        assert!(made, "{said}");
        assert_eq!(verify_audit(site.data()).expect("reads").faults, []);
    }
    let head: AuditHead = site
        .client("otto", Role::Auditor)
        .get("/v1/audit/head")
        .await;
    let heads = std::fs::read_to_string(site.data().join("audit-heads.txt")).expect("reads");
    let last = heads.lines().last().expect("heads");
    assert!(last.starts_with(&format!("{} {} ", head.seq, head.hash)));
}

#[tokio::test]
async fn without_its_key_a_server_does_not_start_and_an_auditor_still_checks() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5; 3]).await;
    let key: AuditPublicKey = audit_key(site.data()).expect("reads");
    let (folder, _) = site.stop().await;
    let path = folder.path().join("audit.key");
    let kept = std::fs::read(&path).expect("reads");
    std::fs::remove_file(&path).expect("removes");
    let refused = Server::start(Config::on_free_port(folder.path())).await;
    let said = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(said.contains("audit.key is missing"), "{said}");
    let faults = verify_audit(folder.path()).expect("reads").faults;
    assert_eq!(faults, [AuditFault::KeyMissing]);
    let faults = verify_audit_against(folder.path(), None, Some(key));
    assert_eq!(faults.expect("reads").faults, []);
    // Another key is no better.
    std::fs::write(
        &path,
        String::from_utf8_lossy(&kept).replace(['0', '1', '2'], "3"),
    )
    .expect("writes");
    assert!(
        Server::start(Config::on_free_port(folder.path()))
            .await
            .is_err()
    );
    let faults = verify_audit(folder.path()).expect("reads").faults;
    assert!(
        faults
            .iter()
            .any(|fault| matches!(fault, AuditFault::HeadsForged { .. }))
    );
}
