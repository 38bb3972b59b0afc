//! The audit log, read and checked on this machine, against the real server.

use std::path::PathBuf;

use fovea_audit::AuditVerdict;
use fovea_protocol::AuditQuery;
use fovea_server::{AuditExport, Role, create_user, verify_export};
use fovea_sync::{Ask, Reply};

use crate::calls::Asking;
use crate::site::Site;

/// A site whose log has more than a page, with an auditor at the client.
fn site() -> Site {
    let site = Site::new();
    for number in 0..260 {
        let name = format!("person-{number}");
        create_user(&site.server_data(), &name, Role::Labeler, None).expect("an account");
    }
    let token = create_user(&site.server_data(), "otto", Role::Auditor, None).expect("an account");
    site.sign_in(&token);
    site
}

fn check(asking: &Asking, kept: &str, save_to: Option<PathBuf>) -> AuditVerdict {
    asking.ask(Ask::CheckAudit {
        kept: kept.to_owned(),
        save_to,
    });
    verdict(asking)
}

fn verdict(asking: &Asking) -> AuditVerdict {
    asking.until("a verdict", |reply| match reply {
        Reply::AuditChecked(Ok(verdict)) => Some(*verdict),
        Reply::AuditChecked(Err(why)) => panic!("{why}"),
        _ => None,
    })
}

fn search() -> AuditQuery {
    AuditQuery {
        before: Some(0),
        ..AuditQuery::default()
    }
}

#[test]
fn the_log_is_read_from_its_newest_line_back() {
    let site = site();
    let server = site.start_server(None);
    let asking = Asking::start(&site, &server.url());
    let page = |ask: AuditQuery| {
        asking.ask(Ask::Audit(ask.clone()));
        asking.until("lines", |reply| match reply {
            Reply::Audit { ask: of, page } if of == ask => Some(page),
            _ => None,
        })
    };
    let newest = page(search());
    let older = page(AuditQuery {
        before: newest.next,
        ..search()
    });
    let seqs: Vec<u64> = newest
        .entries
        .iter()
        .chain(&older.entries)
        .map(|entry| entry.seq)
        .collect();
    assert_eq!(seqs, (1..=seqs[0]).rev().collect::<Vec<_>>());
    assert_eq!(older.next, None);
    let made = page(AuditQuery {
        action: Some("USER_CREATE,USER_UPDATE".to_owned()),
        ..search()
    });
    assert_eq!(made.entries.len(), 262);
    assert!(
        made.entries
            .iter()
            .all(|entry| entry.action == "USER_CREATE")
    );

    site.sign_in(&site.token);
    asking.ask(Ask::Audit(search()));
    let why = asking.until("a refusal", |reply| match reply {
        Reply::AuditAway { why } => Some(why),
        _ => None,
    });
    assert!(why.ends_with('.'), "{why}");
    drop(asking);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn the_log_is_checked_against_what_this_machine_has_kept() {
    let site = site();
    let server = site.start_server(None);
    let asking = Asking::start(&site, &server.url());
    let first = check(&asking, "", None);
    assert_eq!((first.kept_heads, first.faults.as_slice()), (0, &[][..]));
    assert!(first.lines > 500, "{}", first.lines);
    let second = check(&asking, &first.keep, None);
    assert_eq!((second.kept_heads, second.faults.as_slice()), (1, &[][..]));

    // A head that the server never signed.
    let hash = first.keep.split(' ').nth(3).expect("a hash");
    let forged = first.keep.replace(hash, &"0".repeat(64));
    let found = check(&asking, &forged, None);
    assert!(found.faults[0].contains("not signed"), "{:?}", found.faults);
    assert_eq!(found.keep, "");
    // Another key than the one that was met first.
    let other = fovea_server::audit_key(&site.server_data().join("../elsewhere")).expect("a key");
    let found = check(
        &asking,
        &first.keep.replace(&first.key, &other.to_string()),
        None,
    );
    assert!(
        found.faults[0].contains("another key"),
        "{:?}",
        found.faults
    );
    drop(asking);
    site.runtime.block_on(server.shutdown());
}

#[test]
fn what_is_saved_is_checked_elsewhere_and_a_check_that_is_stopped_leaves_nothing() {
    let site = site();
    let server = site.start_server(None);
    let asking = Asking::start(&site, &server.url());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("log.json");
    asking.ask(Ask::CheckAudit {
        kept: String::new(),
        save_to: Some(path.clone()),
    });
    asking.ask(Ask::StopAuditCheck);
    let next = check(&asking, "", None);
    assert_eq!(next.saved, None, "the one that was stopped says nothing");
    let left = std::fs::read_dir(folder.path()).expect("lists").count();
    assert_eq!(left, 0);

    let saved = check(&asking, &next.keep, Some(path.clone()));
    let files = saved.saved.as_ref().expect("files");
    assert_eq!(files.log, path);
    let report = verify_export(&AuditExport {
        log: &files.log,
        heads: &files.heads,
        key: saved.key.parse().expect("a key"),
        server_id: saved.server_id,
    })
    .expect("reads");
    assert_eq!((report.lines, report.unsigned), (saved.lines, 0));
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert!(saved.command().expect("a command").contains("verify-audit"));

    asking.ask(Ask::CheckAudit {
        kept: String::new(),
        save_to: Some(folder.path().join("no folder/log.json")),
    });
    let why = asking.until("a failure", |reply| match reply {
        Reply::AuditChecked(Err(why)) => Some(why),
        _ => None,
    });
    assert!(why.contains("could not be written"), "{why}");
    drop(asking);
    site.runtime.block_on(server.shutdown());
}
