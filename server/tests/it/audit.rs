//! Whatever is done to the audit log behind the server's back is found.

use fovea_server::{AuditFault, verify_audit};

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
