//! Whatever is done to the audit log behind the server's back is found.

use fovea_protocol::AuditPage;
use fovea_server::{AuditFault, Role, verify_audit};

use crate::client::{Client, problem};
use crate::home::{DROP_NO_DELETE, WITH_TRIGGERS, WITHOUT_TRIGGERS, ZERO_HASH};
use crate::sample::predicted_case;
use crate::site::Site;

/// Lines 1 and 2 make the account; a case and eight predictions follow.
async fn tampered(sql: &str) -> Vec<AuditFault> {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5; 8]).await;
    let before = verify_audit(site.data()).expect("reads");
    assert_eq!((before.lines, before.faults.len()), (11, 0));
    site.intrude(&format!("{WITHOUT_TRIGGERS} {sql}; {WITH_TRIGGERS}"))
        .expect("tampers");
    verify_audit(site.data()).expect("reads").faults
}

#[tokio::test]
async fn every_kind_of_tampering_is_found() {
    let zero_hash = format!("UPDATE audit SET hash = {ZERO_HASH} WHERE seq = 6");
    for (what, sql) in [
        (
            "flip of an actor",
            "UPDATE audit SET actor = 'eve' WHERE seq = 4",
        ),
        (
            "flip of a time",
            "UPDATE audit SET at_us = at_us + 1 WHERE seq = 11",
        ),
        (
            "flip of a detail",
            "UPDATE audit SET detail = replace(detail, '0.5', '0.6') WHERE seq = 5",
        ),
        ("flip of a hash", &zero_hash),
        ("delete in the middle", "DELETE FROM audit WHERE seq = 5"),
        (
            "delete and close the gap",
            "DELETE FROM audit WHERE seq = 5; UPDATE audit SET seq = seq - 1 WHERE seq > 5",
        ),
        (
            "reorder",
            "UPDATE audit SET seq = 100 WHERE seq = 5; UPDATE audit SET seq = 5 WHERE seq = 6; UPDATE audit SET seq = 6 WHERE seq = 100",
        ),
        (
            "insert",
            "INSERT INTO audit SELECT seq + 1, at_us, actor, action, subject, detail, hash, hash FROM audit WHERE seq = 11",
        ),
        ("truncate", "DELETE FROM audit WHERE seq > 9"),
        ("cut to nothing", "DELETE FROM audit"),
    ] {
        assert!(!tampered(sql).await.is_empty(), "{what}");
    }
    assert!(tampered("SELECT 1").await.is_empty());
}

#[tokio::test]
async fn the_database_itself_refuses_changes() {
    let site = Site::start().await;
    predicted_case(&site.labeler(), "case", &[0.5]).await;
    for sql in [
        "UPDATE audit SET actor = 'eve'",
        "DELETE FROM audit",
        "UPDATE predictions SET score = 0",
        "DELETE FROM change_log",
    ] {
        assert!(site.intrude(sql).is_err(), "{sql}");
    }
    site.intrude(DROP_NO_DELETE).expect("drops");
    let faults = verify_audit(site.data()).expect("reads").faults;
    assert_eq!(
        faults,
        [AuditFault::TriggerMissing {
            name: "audit_no_delete"
        }]
    );
}

#[tokio::test]
async fn labels_without_their_line_are_found_even_without_the_heads() {
    let site = Site::start().await;
    let client = site.labeler();
    predicted_case(&client, "case", &[0.5]).await;
    let tile = crate::sample::tile_id("case", 0);
    let v1 =
        crate::sample::sent_version(&client, tile, 1, vec![], &crate::sample::mask(7, 5)).await;
    client
        .push(vec![fovea_protocol::OpBody::PushVersion(v1)])
        .await;
    std::fs::remove_file(site.data().join("audit-heads.txt")).expect("removes");
    let sql = format!(
        "{WITHOUT_TRIGGERS} DELETE FROM audit_heads WHERE seq = (SELECT max(seq) FROM audit);
           DELETE FROM audit WHERE action = 'LABEL_MODEL'; {WITH_TRIGGERS}"
    );
    site.intrude(&sql).expect("tampers");
    let faults = verify_audit(site.data()).expect("reads").faults;
    assert_eq!(faults, [AuditFault::LabelsWithoutLine { count: 1 }]);
}

/// The numbers of the lines that a search finds.
async fn found(client: &Client, ask: &str) -> Vec<u64> {
    let page: AuditPage = client.get(&format!("/v1/audit?before=0{ask}")).await;
    page.entries.iter().map(|entry| entry.seq).collect()
}

#[tokio::test]
async fn lines_are_found_by_who_what_when_and_case() {
    let site = Site::start().await;
    let ada = site.labeler();
    predicted_case(&ada, "case", &[0.5, 0.4]).await;
    let case = crate::sample::case_id("case");
    predicted_case(&ada, "other case", &[0.3]).await;
    let tile = crate::sample::tile_id("case", 0);
    let v1 = crate::sample::sent_version(&ada, tile, 1, vec![], &crate::sample::mask(7, 5)).await;
    ada.push(vec![fovea_protocol::OpBody::PushVersion(v1)])
        .await;
    let auditor = site.client("otto", Role::Auditor);
    let all = found(&auditor, "").await;
    let newest = all[0];
    assert_eq!(all, (1..=newest).rev().collect::<Vec<_>>());

    // The case, its two predictions, and the version; nothing of the other case.
    assert_eq!(found(&auditor, &format!("&case_id={case}")).await.len(), 4);
    let label = found(&auditor, "&action=LABEL_MODEL,ROLLBACK&actor=ada").await;
    assert_eq!(label.len(), 1);
    assert!(found(&auditor, "&actor=nobody").await.is_empty());
    assert!(found(&auditor, "&since_us=1&until_us=2").await.is_empty());
    assert_eq!(found(&auditor, "&since_us=2").await, all);
    let older: AuditPage = auditor.get("/v1/audit?before=3").await;
    assert_eq!(older.entries.len(), 2);

    for bad in ["actor=ada", "before=0&after=0", "before=0&case_id=7"] {
        let answer = auditor.request(reqwest::Method::GET, &format!("/v1/audit?{bad}"));
        let answer = problem(answer.send().await.expect("answers")).await;
        assert!(
            (400..=422).contains(&answer.status),
            "{bad}: {}",
            answer.status
        );
    }
    let refused = ada.request(reqwest::Method::GET, "/v1/audit?before=0");
    assert_eq!(refused.send().await.expect("answers").status(), 403);
}
