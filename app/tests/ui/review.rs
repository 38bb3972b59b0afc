//! Labels that come back: those that a reviewer sent back, and those on which two people disagree.

use std::sync::Arc;

use egui::Role;
use egui_kittest::kittest::Queryable as _;
use fovea_annotation::{ContentHash, Mask, TileId, VersionId};
use fovea_editor::{
    Adjudication, Approval, Command, Dialog, Effect, Event, Readings, ReturnedLabel, ReviewCommand,
    SeenLabels, ServerPage, SidebarTab, Verdict,
};
use fovea_protocol::{
    ApprovalRecord, DiffRecord, Disagreement, DisagreementsPage, LabelApprove, LabelCreated,
    LabelKind, LabelMerge, LabelRecord, ReviewCreate, ReviewRecord, Verdict as Says, VersionOffer,
};

use crate::account::signed_in;
use crate::stage::Stage;
use crate::store::Store;

/// 23 Nov 2026, 16:05 UTC.
const NOW_US: i64 = 1_795_449_900_000_000;
const PAGE: Dialog = Dialog::Server(ServerPage::Review);

fn version(seed: u8) -> VersionId {
    VersionId(ContentHash::of(&[seed]))
}

/// Two B-scans of the open case, sent back.
fn returned(stage: &Stage) -> Vec<ReturnedLabel> {
    let summary = &stage.state().case.as_ref().expect("open").summary;
    let label = |index: u32, comment: &str| ReturnedLabel {
        version: version(index as u8),
        tile: TileId::of(summary.id, index),
        case: summary.id,
        case_title: summary.title.clone(),
        bscan_index: index,
        comment: comment.to_owned(),
        reviewer: "eve".to_owned(),
        reviewed_at_us: NOW_US,
    };
    vec![
        label(
            2,
            "the RPE is one row too low under the drusen, from the fovea to the nasal edge",
        ),
        label(4, "SRF is missing"),
    ]
}

#[test]
fn labels_that_were_sent_back_are_told_opened_and_mended() {
    let mut stage = Stage::new(Store::with_three_cases());
    stage.report(Event::ReturnedListed(Vec::new()));
    let list = returned(&stage);
    stage.report(Event::ReturnedListed(list.clone()));
    stage.harness.get_by_label_contains("eve sent B-scan 5 of");
    stage.send(Command::SetTab(SidebarTab::Queue));
    stage.press("Next label that was sent back");
    assert_eq!(
        stage.state().tile.as_ref().map(|tile| tile.id),
        Some(list[0].tile)
    );
    stage.snapshot("sent_back");
    stage
        .harness
        .get_by_label_contains("eve sent this label back: the RPE");
    stage.press("Next label that was sent back");
    assert_eq!(
        stage.state().tile.as_ref().map(|tile| tile.id),
        Some(list[1].tile)
    );
    stage.report(Event::ReturnedListed(Vec::new()));
    assert!(stage.harness.query_by_label("Sent back to you").is_none());
}

fn record(stage: &Stage, seed: u8, author: &str, comment: &str) -> LabelRecord {
    let tile = stage.state().tile.as_ref().expect("open").id;
    LabelRecord {
        version: VersionOffer {
            id: version(seed),
            tile_id: tile,
            number: 3,
            parents: vec![version(1)],
            author: author.to_owned(),
            schema: stage.state().schema.id.clone(),
            payload: ContentHash::of(&[seed, seed]),
            kind: LabelKind::Edit,
            comment: comment.to_owned(),
            client_time_us: NOW_US,
            hlc: 7,
        },
        diff: DiffRecord {
            added_px: 12,
            removed_px: 5,
            relabelled_px: 0,
            added: Vec::new(),
            removed: Vec::new(),
            relabelled: Vec::new(),
        },
        pushed_by: author.to_owned(),
        accepted_at_us: NOW_US,
    }
}

fn disagreement(stage: &Stage) -> Disagreement {
    let tile = stage.state().tile.as_ref().expect("open");
    Disagreement {
        tile_id: tile.id,
        case_id: tile.case,
        bscan_index: tile.index,
        heads: vec![version(8), version(9)],
        since_us: NOW_US,
    }
}

/// The page with one tile, whose readings are those of the phantom with and without a lesion.
fn compared(role: &str, contradicting_px: u64) -> Stage {
    let mut stage = signed_in(role);
    stage.store().predict_all();
    stage.send(Command::SelectBscan(3));
    stage.send(Command::ShowDialog(PAGE));
    assert_eq!(
        stage.last_asked(),
        Some(Effect::LoadDisagreements { after: 0 })
    );
    let found = disagreement(&stage);
    let other = Disagreement {
        tile_id: TileId(ContentHash::of(b"elsewhere")),
        case_id: fovea_annotation::CaseId(ContentHash::of(b"elsewhere")),
        ..found.clone()
    };
    let page = DisagreementsPage {
        tiles: vec![found.clone(), other],
        next: None,
    };
    stage.report(Event::DisagreementsListed { after: 0, page });
    stage.send(Command::Review(ReviewCommand::Choose(found.tile_id)));
    let heads = [version(8), version(9)];
    let expected = Effect::LoadReadings {
        tile: found.tile_id,
        heads,
    };
    assert_eq!(stage.last_asked(), Some(expected));
    let one = stage.mask().clone();
    let mut other = one.clone();
    let size = other.size();
    for y in 150..190_usize {
        let row = y * size.width as usize;
        other.classes_mut()[row + 200..row + 300].fill(2);
    }
    let readings = Readings {
        tile: found.tile_id,
        records: [
            record(&stage, 8, "ada", ""),
            record(
                &stage,
                9,
                "grace.hopper@example.org",
                "fluid under the fovea",
            ),
        ],
        masks: [Arc::new(one), Arc::new(other)],
        contradicting_px,
        approved: Some(version(9)),
    };
    stage.report(Event::ReadingsCompared(Box::new(readings)));
    stage
}

#[test]
fn readings_that_contradict_are_decided_by_a_reviewer() {
    let mut stage = compared("reviewer", 4_000);
    stage.snapshot("readings");
    let approved = "B · v3 by grace.hopper@example.org · approved";
    stage.harness.get_by_label(approved);
    assert!(stage.harness.query_by_label("Merge").is_none());
    stage.type_into("Why it is decided so", " there is fluid ");
    stage.press("B is right");
    let tile = disagreement(&stage).tile_id;
    let heads = [version(8), version(9)];
    let expected = Adjudication {
        tile,
        parents: heads,
        verdict: Verdict::Payload(ContentHash::of(&[9, 9])),
        comment: "there is fluid".to_owned(),
    };
    assert_eq!(
        stage.last_asked(),
        Some(Effect::Adjudicate(Box::new(expected)))
    );
    stage.report(Event::ServerRefused {
        sentence: "The heads of this tile have moved meanwhile.".to_owned(),
    });
    stage.snapshot("readings_refused");
    let sentence = stage.harness.get_by_role(Role::Alert).rect();
    for button in [
        "A is right",
        "B is right",
        "Use the open label",
        "Open B-scan",
        "Close",
    ] {
        let covered = stage
            .harness
            .get_by_label(button)
            .rect()
            .intersects(sentence);
        assert!(!covered, "{button} is under the sentence");
    }
    stage.press("Use the open label");
    let Some(Effect::Adjudicate(decision)) = stage.last_asked() else {
        panic!("an adjudication")
    };
    let Verdict::Mask(mask) = decision.verdict else {
        panic!("the open label")
    };
    assert_eq!(Mask::clone(&mask), *stage.mask());
    stage.report(Event::ReadingsJoined {
        tile,
        created: LabelCreated {
            label_id: version(10),
            version: 4,
            diff: record(&stage, 8, "eve", "").diff,
            diff_preview: String::new(),
            heads: vec![version(10)],
        },
    });
    assert_eq!(stage.last_asked(), Some(Effect::SyncNow));
    assert_eq!(stage.state().review.chosen, None);
    stage
        .harness
        .get_by_label_contains("The readings are one now: v4.");
}

#[test]
fn readings_that_do_not_contradict_are_merged_by_whoever_labels() {
    let mut stage = compared("labeler", 0);
    stage.snapshot("readings_merge");
    assert!(stage.harness.query_by_label("A is right").is_none());
    stage.press("Merge");
    let expected = LabelMerge {
        tile_id: disagreement(&stage).tile_id,
        parents: [version(8), version(9)],
        comment: String::new(),
    };
    assert_eq!(
        stage.last_asked(),
        Some(Effect::MergeReadings(Box::new(expected)))
    );
    stage.press("Merge");
    let merges = |effect: &&Effect| matches!(effect, Effect::MergeReadings(_));
    let asked = stage.store().unanswered.iter().filter(merges).count();
    assert_eq!(asked, 1, "asked once until the server has answered");
    stage.press("Open B-scan");
    assert_eq!(stage.state().dialog, None);
}

#[test]
fn a_reviewer_sends_a_label_back_with_words_and_accepts_it_without() {
    let mut stage = signed_in("reviewer");
    stage.store().predict_all();
    stage.send(Command::SelectBscan(3));
    let head = stage.state().label_to_review().expect("a label").id;
    stage.press("Review…");
    stage.press("Send back");
    let asks = |effect: &Effect| matches!(effect, Effect::ReviewLabel(..));
    assert!(
        !stage.store().unanswered.iter().any(asks),
        "not without words"
    );
    stage.type_into("What you say", "the RPE is one row too low");
    stage.snapshot("review_label");
    stage.press("Send back");
    let review = ReviewCreate {
        verdict: Says::Reject,
        comment: "the RPE is one row too low".to_owned(),
    };
    assert_eq!(stage.last_asked(), Some(Effect::ReviewLabel(head, review)));
    stage.report(Event::LabelReviewed(ReviewRecord {
        label_id: head,
        tile_id: stage.state().tile.as_ref().expect("open").id,
        verdict: Says::Reject,
        comment: "the RPE is one row too low".to_owned(),
        reviewed_by: "ada".to_owned(),
        reviewed_at_us: NOW_US,
    }));
    assert_eq!(stage.state().dialog, None);
    stage
        .harness
        .get_by_label_contains("The label went back to its author.");
    stage.press("Review…");
    stage.press("Accept");
    let Some(Effect::ReviewLabel(_, review)) = stage.last_asked() else {
        panic!("a review")
    };
    assert_eq!(
        (review.verdict, review.comment.as_str()),
        (Says::Accept, "")
    );

    let mut stage = signed_in("labeler");
    stage.store().predict_all();
    stage.send(Command::SelectBscan(3));
    assert!(stage.harness.query_by_label("Review…").is_none());
}

/// A reviewer before a label that the model made, with the dialog open.
fn at_review() -> (Stage, VersionId) {
    let mut stage = signed_in("reviewer");
    stage.store().predict_all();
    stage.send(Command::SelectBscan(3));
    let head = stage.state().label_to_review().expect("a label").id;
    stage.press("Review…");
    (stage, head)
}

/// The open tile as the store holds it, with this version approved.
fn seen(stage: &Stage, approval: Option<Approval>) -> Event {
    let tile = stage.state().tile.as_ref().expect("open");
    Event::LabelsSeen(Box::new(SeenLabels {
        tile: tile.id,
        versions: tile.versions.clone(),
        ahead: None,
        is_unsaved: false,
        approval,
    }))
}

#[test]
fn a_reviewer_approves_a_label_and_its_row_says_who_and_when() {
    let (mut stage, head) = at_review();
    stage.type_into("What you say", " as it should be ");
    stage.press("Approve");
    let approve = LabelApprove {
        expected_approved: None,
        comment: "as it should be".to_owned(),
    };
    let expected = Effect::ApproveLabel(head, approve);
    assert_eq!(stage.last_asked(), Some(expected));
    stage.report(Event::LabelApproved(ApprovalRecord {
        label_id: head,
        tile_id: stage.state().tile.as_ref().expect("open").id,
        previous: None,
        comment: "as it should be".to_owned(),
        approved_by: "ada".to_owned(),
        approved_at_us: NOW_US,
    }));
    assert_eq!(stage.state().dialog, None);
    stage
        .harness
        .get_by_label("v1 is the approved version of this B-scan now.");
    stage
        .harness
        .get_by_label_contains("approved by ada · 23 Nov 2026, 16:05");
    stage.snapshot("approved");
    stage.press("Review…");
    let asked = stage.store().unanswered.len();
    stage.type_into("What you say", "no");
    stage.press("Approve");
    stage.press("Send back");
    assert_eq!(stage.store().unanswered.len(), asked, "it is approved");
}

#[test]
fn an_approval_that_somebody_was_faster_with_says_so_and_shows_theirs() {
    let (mut stage, head) = at_review();
    stage.press("Approve");
    stage.report(Event::ApprovedMeanwhile);
    assert_eq!(stage.last_asked(), Some(Effect::SyncNow));
    stage
        .harness
        .get_by_label_contains("Another version was approved while you looked");
    let theirs = Approval {
        version: version(9),
        approver: "rita".to_owned(),
        approved_at_us: NOW_US,
    };
    let event = seen(&stage, Some(theirs));
    stage.report(event);
    stage
        .harness
        .get_by_label("another version, by rita, 23 Nov 2026, 16:05 UTC");
    stage.snapshot("approved_meanwhile");
    stage.press("Approve");
    let approve = LabelApprove {
        expected_approved: Some(version(9)),
        comment: String::new(),
    };
    let expected = Effect::ApproveLabel(head, approve);
    assert_eq!(stage.last_asked(), Some(expected));
}

#[test]
fn nothing_is_decided_about_a_version_that_came_while_the_reviewer_looked() {
    let (mut stage, _) = at_review();
    let tile = stage.state().tile.as_ref().expect("open").id;
    let mut mask = stage.mask().clone();
    mask.classes_mut()[..500].fill(2);
    let seen = stage.store().receive(tile, mask.clone(), "grace");
    stage.report(Event::LabelsSeen(Box::new(seen)));
    assert_eq!(*stage.mask(), mask, "the picture is the newest");
    stage.snapshot("reviewed_moved_on");
    for button in ["Approve", "Accept", "Send back"] {
        assert!(stage.harness.query_by_label(button).is_none(), "{button}");
    }
    stage.press("Look at v2");
    assert_eq!(stage.state().dialog, None);
    stage.press("Review…");
    stage.harness.get_by_label("Review v2");
    stage.harness.get_by_label("grace");
}
