//! Versions of other people that come while a tile is open.

use fovea_annotation::{LabelVersion, VersionId};
use fovea_editor::{Approval, Command, Effect, Event, SeenLabels, Who};

use crate::double::{Session, tile};

const LINE: &[(f32, f32)] = &[(5.0, 5.0), (20.0, 12.0), (40.0, 30.0)];

/// The rows of the first tile with a version of somebody else on top.
fn seen(s: &Session) -> SeenLabels {
    let mut versions: Vec<LabelVersion> =
        s.rows[0].versions.iter().map(|(v, _)| v.clone()).collect();
    let newest = versions.last().expect("a version").clone();
    let theirs = LabelVersion {
        number: newest.number + 1,
        parents: vec![newest.id],
        author: "grace".into(),
        ..newest
    };
    versions.push(theirs.sealed());
    SeenLabels {
        tile: tile(0),
        ahead: versions.last().map(|version| version.id),
        versions,
        is_unsaved: false,
        approval: None,
    }
}

fn saved() -> Session {
    let mut s = Session::start();
    s.stroke(LINE);
    s.send(Command::Save);
    s
}

fn report(s: &mut Session, seen: SeenLabels) {
    s.report(Event::LabelsSeen(Box::new(seen)));
}

#[test]
fn the_open_tile_is_looked_at_when_changes_arrive_and_read_afresh_when_nothing_is_unsaved() {
    let mut s = saved();
    s.report(Event::ChangesReceived);
    assert_eq!(s.outside.last(), Some(&Effect::LookAtLabels(tile(0))));
    s.hold = true;
    let theirs = seen(&s);
    report(&mut s, theirs);
    assert_eq!(s.state.opening, Some(tile(0)));
    assert_eq!(
        s.last_notice(),
        "grace saved v2 of this B-scan; it is shown now."
    );
}

#[test]
fn what_this_person_did_on_the_server_is_shown_without_a_word() {
    let mut s = saved();
    let who = Who {
        name: "grace".into(),
        role: "reviewer".into(),
        may_review_own: false,
    };
    let server = "https://fovea.example.org".into();
    s.report(Event::AccountKnown {
        server,
        who: Some(who),
    });
    s.hold = true;
    let (told, theirs) = (s.state.notices.list().len(), seen(&s));
    report(&mut s, theirs);
    assert_eq!(s.state.opening, Some(tile(0)));
    assert_eq!(s.state.notices.list().len(), told);
}

#[test]
fn what_came_beside_the_open_version_is_shown_in_the_list() {
    let mut s = saved();
    s.hold = true;
    let fork = SeenLabels {
        ahead: None,
        ..seen(&s)
    };
    report(&mut s, fork);
    assert_eq!(s.state.opening, Some(tile(0)));
    assert!(
        s.last_notice().contains("beside this one"),
        "{}",
        s.last_notice()
    );
}

#[test]
fn unsaved_work_stays_and_the_person_is_told_once() {
    let mut s = saved();
    s.stroke(&[(50.0, 5.0), (50.0, 35.0)]);
    let (mask, theirs) = (s.mask().clone(), seen(&s));
    report(&mut s, theirs.clone());
    assert_eq!((s.state.opening, s.mask()), (None, &mask));
    let text = "grace saved v2 of this B-scan meanwhile; save your work, and both are kept.";
    assert_eq!(s.last_notice(), text);
    let told = s.state.notices.list().last().expect("a notice").id;
    s.send(Command::DismissNotice(told));
    report(&mut s, theirs);
    assert_ne!(s.last_notice(), text, "told once");
    s.send(Command::Save);
    assert_eq!(
        s.outside.last(),
        Some(&Effect::LookAtLabels(tile(0))),
        "it is looked at again"
    );
}

#[test]
fn strokes_that_only_the_store_knows_of_stay_as_well() {
    let mut s = saved();
    let theirs = SeenLabels {
        is_unsaved: true,
        ..seen(&s)
    };
    report(&mut s, theirs);
    assert_eq!(s.state.opening, None);
}

#[test]
fn an_approval_is_shown_and_nothing_else_is_read() {
    let mut s = saved();
    let versions: Vec<LabelVersion> = s.rows[0].versions.iter().map(|(v, _)| v.clone()).collect();
    let id: VersionId = versions[0].id;
    let approval = Approval {
        version: id,
        approver: "rita".into(),
        approved_at_us: 7,
    };
    let same = SeenLabels {
        versions,
        ahead: None,
        approval: Some(approval.clone()),
        ..seen(&s)
    };
    let told = s.state.notices.list().len();
    report(&mut s, same);
    let open = s.state.tile.as_ref().expect("open");
    assert_eq!(open.approval_of(id), Some(&approval));
    assert_eq!(
        (s.state.opening, s.state.notices.list().len()),
        (None, told)
    );
}
