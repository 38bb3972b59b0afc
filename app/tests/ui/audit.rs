//! The audit log: reading it, looking for lines, and checking it.

use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use fovea_annotation::ContentHash;
use fovea_audit::{AuditFiles, AuditVerdict};
use fovea_editor::{
    AuditCommand, AuditFilter, AuditTopic, Command, Dialog, Effect, Event, ServerPage,
};
use fovea_protocol::{AuditEntry, AuditPage, AuditQuery};
use serde_json::json;
use uuid::Uuid;

use crate::account::{signed_in, who};
use crate::stage::Stage;
use crate::store::Store;

/// 23 Nov 2026, 16:05 UTC.
const NOW_US: i64 = 1_795_449_900_000_000;
const PAGE: Dialog = Dialog::Server(ServerPage::Audit);

fn hash(seed: u64) -> ContentHash {
    ContentHash::of(&seed.to_le_bytes())
}

fn line(
    seq: u64,
    actor: &str,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> AuditEntry {
    AuditEntry {
        seq,
        at_us: NOW_US - (4_711 - seq as i64) * 97_000_000,
        actor: actor.to_owned(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        detail,
        previous: hash(seq - 1),
        hash: hash(seq),
    }
}

/// The newest lines of a busy day.
fn page(stage: &Stage) -> AuditPage {
    let case = stage.state().case.as_ref().expect("open").summary.id;
    let version = hash(90).to_hex();
    let edit = json!({
        "added_px": 12, "comment_sha256": hash(91), "forked": false, "number": 2,
        "parents": [hash(92)], "payload": hash(93), "relabelled_px": 0, "removed_px": 5, "tile": hash(94),
    });
    let run = "0b6f2c0e-6f43-4a3e-9a52-0e0f6a3c9d11";
    let lines = [
        (
            "grace.hopper@example.org",
            "LABEL_REJECT",
            version.clone(),
            json!({ "tile": hash(94) }),
        ),
        ("ada", "LABEL_EDIT", version, edit),
        ("ada", "SIGN_IN", "ada".to_owned(), json!({})),
        (
            "worker-3",
            "RUN_FINISH",
            run.to_owned(),
            json!({ "state": "SUCCEEDED" }),
        ),
        (
            "katherine",
            "RUN_CREATE",
            run.to_owned(),
            json!({ "case": case }),
        ),
        (
            "katherine",
            "CASE_INTAKE",
            case.to_string(),
            json!({ "device": "oct-2" }),
        ),
        (
            "katherine",
            "CASE_REFUSED",
            "burned_in_text".to_owned(),
            json!({}),
        ),
        (
            "server",
            "SIGN_IN_SLOWED",
            "eve".to_owned(),
            json!({ "failures": 5 }),
        ),
        (
            "ada",
            "USER_CREATE",
            "katherine".to_owned(),
            json!({ "role": "researcher" }),
        ),
        ("system", "SOMETHING_NEW", "thing".to_owned(), json!({})),
    ];
    let entries = (0..)
        .zip(lines)
        .map(|(at, (actor, action, subject, detail))| {
            line(4_711 - at, actor, action, &subject, detail)
        });
    AuditPage {
        entries: entries.collect(),
        next: Some(4_702),
    }
}

fn asked(stage: &Stage) -> AuditQuery {
    match stage.last_asked() {
        Some(Effect::LoadAudit(ask)) => *ask,
        other => panic!("no question about the log: {other:?}"),
    }
}

fn answer(stage: &mut Stage) {
    let (ask, page) = (asked(stage), page(stage));
    stage.report(Event::AuditListed { ask, page });
}

/// The page of an auditor, with its lines.
fn listed() -> Stage {
    let mut stage = signed_in("auditor");
    stage.send(Command::ShowDialog(PAGE));
    answer(&mut stage);
    stage
}

fn verdict(kept_heads: u64, faults: &[&str]) -> Box<AuditVerdict> {
    Box::new(AuditVerdict {
        server_id: Uuid::from_u128(7),
        key: hash(99).to_hex(),
        lines: 4_711,
        kept_heads,
        faults: faults.iter().map(|fault| (*fault).to_owned()).collect(),
        keep: match faults {
            [] => "kept".to_owned(),
            _ => String::new(),
        },
        saved: None,
    })
}

#[test]
fn audit_log() {
    let mut stage = listed();
    stage.snapshot("audit");
    stage.send(Command::Audit(AuditCommand::Choose(Some(4_710))));
    stage.snapshot("audit_line");
    stage.harness.get_by_label("LABEL_EDIT");
    stage.press("Hide the line");
    assert_eq!(stage.state().audit.chosen, None);
}

#[test]
fn audit_log_in_a_small_window() {
    let mut stage = Stage::sized(Store::with_three_cases(), vec2(900.0, 600.0));
    stage.report(Event::AccountKnown {
        server: "https://fovea.example.org".to_owned(),
        who: Some(who("otto", "auditor")),
    });
    stage.send(Command::ShowDialog(PAGE));
    answer(&mut stage);
    stage.send(Command::Audit(AuditCommand::Choose(Some(4_709))));
    stage.snapshot("audit_small");
}

#[test]
fn only_auditors_and_administrators_have_the_page() {
    let mut stage = signed_in("labeler");
    let before = stage.store().unanswered.len();
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    assert!(stage.harness.query_by_label("Audit log").is_none());
    stage.send(Command::ShowDialog(PAGE));
    stage
        .harness
        .get_by_label("The audit log is not for this account");
    let asked_for_log = |effect: &Effect| matches!(effect, Effect::LoadAudit(_));
    assert!(!stage.store().unanswered[before..].iter().any(asked_for_log));
    let mut stage = Stage::new(Store::with_three_cases());
    stage.send(Command::ShowDialog(PAGE));
    stage.harness.get_by_label("Nobody is signed in");
    let mut stage = signed_in("admin");
    stage.send(Command::ShowDialog(Dialog::Server(ServerPage::Runs)));
    stage.press("Audit log");
    assert_eq!(asked(&stage).before, Some(0));
}

#[test]
fn lines_are_looked_for_and_older_ones_are_asked_for_one_page_at_a_time() {
    let mut stage = listed();
    stage.press("Show older lines");
    assert_eq!(asked(&stage).before, Some(4_702));
    let count = stage.state().audit.list.as_ref().map(Vec::len);
    stage.report(Event::AuditAway {
        sentence: "The server does not answer (gone); try again when it is back.".to_owned(),
    });
    stage.harness.get_by_label_contains("does not answer");
    assert_eq!(stage.state().audit.list.as_ref().map(Vec::len), count);
    stage.press("Show older lines");
    answer(&mut stage);
    assert_eq!(stage.state().audit.list.as_ref().map(Vec::len), Some(20));

    stage.type_into("Account that did it", " ada ");
    stage.type_into("First day", "2026-11-31");
    stage
        .harness
        .get_by_label("A day is written like 2026-11-23.");
    stage.type_into("First day", "");
    stage.send(Command::Audit(AuditCommand::Find(AuditFilter::default())));
    let mut stage = listed();
    stage.type_into("Account that did it", " ada ");
    stage.type_into("First day", "2026-11-01");
    stage.type_into("Last day", "2026-11-23");
    stage.key(Modifiers::NONE, Key::Enter);
    stage.press("Sign-ins");
    stage.press("Only the open case");
    let case = stage.state().case.as_ref().expect("open").summary.id;
    let day_us = 86_400_000_000;
    let expected = AuditQuery {
        after: None,
        before: Some(0),
        actor: Some("ada".to_owned()),
        action: Some(AuditTopic::SignIns.actions().join(",")),
        case_id: Some(case.to_string()),
        since_us: Some(20_758 * day_us),
        until_us: Some(20_781 * day_us),
    };
    assert_eq!(asked(&stage), expected);
    stage.report(Event::AuditListed {
        ask: AuditQuery::default(),
        page: page(&stage),
    });
    assert_eq!(
        stage.state().audit.list,
        None,
        "an answer that is out of date"
    );
    stage.report(Event::AuditListed {
        ask: expected,
        page: AuditPage {
            entries: Vec::new(),
            next: None,
        },
    });
    stage.snapshot("audit_nothing_found");
}

#[test]
fn the_log_is_checked_with_progress_and_can_be_stopped() {
    let mut stage = listed();
    stage.press("Verify");
    assert_eq!(
        stage.last_asked(),
        Some(Effect::CheckAudit { save_to: None })
    );
    stage.report(Event::AuditChecking {
        done: 1_500,
        of: 4_711,
    });
    stage.snapshot("audit_checking");
    stage.press("Stop checking");
    assert_eq!(stage.last_asked(), Some(Effect::StopAuditCheck));
    stage.report(Event::AuditChecked(Ok(verdict(0, &[]))));
    assert_eq!(stage.state().audit.verdict, None, "it was stopped");

    stage.press("Verify");
    stage.report(Event::AuditChecked(Ok(verdict(0, &[]))));
    assert_eq!(
        stage.last_asked(),
        Some(Effect::KeepAuditHeads("kept".to_owned()))
    );
    stage.snapshot("audit_whole");
    stage.press("Hide what was found");
    stage.press("Verify");
    stage.report(Event::AuditChecked(Ok(verdict(
        3,
        &[
            "Line 812 was changed: its hash does not belong to its content.",
            "Line 813 does not follow the line before it: something was removed, moved or put in.",
        ],
    ))));
    stage.snapshot("audit_faults");
    assert!(matches!(
        stage.last_asked(),
        Some(Effect::CheckAudit { .. })
    ));
}

#[test]
fn the_log_is_saved_with_the_command_that_checks_it_elsewhere() {
    let mut stage = listed();
    stage.shell().answer = vec!["/home/otto/audit-log.json".into()];
    stage.press("Save to file…");
    let expected = Effect::CheckAudit {
        save_to: Some("/home/otto/audit-log.json".into()),
    };
    assert_eq!(stage.last_asked(), Some(expected));
    let mut saved = verdict(3, &[]);
    saved.saved = Some(AuditFiles {
        log: "/home/otto/audit-log.json".into(),
        heads: "/home/otto/audit-log-heads.txt".into(),
    });
    stage.report(Event::AuditChecked(Ok(saved)));
    stage.snapshot("audit_saved");
    stage
        .harness
        .get_by_label("Saved audit-log.json and audit-log-heads.txt.");

    stage.shell().answer = vec!["/full/audit-log.json".into()];
    stage.press("Save to file…");
    stage.report(Event::AuditChecked(Err(
        "audit-log.json could not be written: no space left; choose another place.".to_owned(),
    )));
    stage.harness.get_by_label_contains("no space left");
}
