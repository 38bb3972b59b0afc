//! Whole sessions at the editor: what a person does, what is durable, what the screen says.

mod double;
mod received;
mod sending;

use double::{SIZE, Session, tile};
use fovea_annotation::{History, Mask, SaveState};
use fovea_editor::{CloseChoice, Command, Dialog, Effect, Event, SegmentScope, SyncReport};
use fovea_geometry::PointPx;
use proptest::prelude::*;

const LINE: &[(f32, f32)] = &[(5.0, 5.0), (20.0, 12.0), (40.0, 30.0)];

fn save_state(session: &Session) -> Option<SaveState> {
    session.state.tile.as_ref().and_then(|t| t.save_state())
}

#[test]
fn the_four_states_say_what_is_true() {
    let mut s = Session::start();
    assert_eq!(save_state(&s), None, "no work, no state");
    s.hold = true;
    s.stroke(LINE);
    assert_eq!(
        save_state(&s),
        Some(SaveState::InHand),
        "the journal has not answered"
    );
    s.deliver();
    assert_eq!(save_state(&s), Some(SaveState::OnDisk));
    s.hold = true;
    s.send(Command::Save);
    assert_eq!(
        save_state(&s),
        Some(SaveState::OnDisk),
        "saved is said only after the commit"
    );
    assert!(s.state.notices.list().is_empty());
    s.deliver();
    assert_eq!(save_state(&s), Some(SaveState::Queued));
    let added = s.mask().classes().iter().filter(|c| **c != 0).count();
    assert_eq!(s.last_notice(), format!("Saved v1, diff: +{added}px -0px"));
    let head = s.state.tile.as_ref().and_then(|t| t.head()).expect("v1").id;
    s.report(Event::VersionsOnServer(vec![head]));
    assert_eq!(save_state(&s), Some(SaveState::OnServer));
}

#[test]
fn a_crash_loses_no_finished_stroke_and_undo_still_works() {
    let mut s = Session::start();
    s.stroke(LINE);
    s.send(Command::Save);
    s.stroke(&[(50.0, 5.0), (50.0, 35.0)]);
    let (after_two, rows) = (s.mask().clone(), std::mem::take(&mut s.rows));
    let mut s = Session::restart(rows);
    assert_eq!(s.mask(), &after_two);
    assert_eq!(save_state(&s), Some(SaveState::OnDisk));
    s.send(Command::Undo);
    assert_eq!(
        save_state(&s),
        Some(SaveState::OnDisk),
        "an undo is work too"
    );
    s.send(Command::Undo);
    assert_eq!(
        s.mask(),
        &Mask::background(SIZE),
        "undo goes back beyond the save and the crash"
    );
    s.send(Command::Redo);
    s.send(Command::Redo);
    assert_eq!(s.mask(), &after_two);
}

#[test]
fn a_stroke_without_effect_is_no_step() {
    let mut s = Session::start();
    s.stroke(&[(-50.0, -50.0), (-40.0, -50.0)]);
    s.send(Command::StrokeBegin {
        point: PointPx::new(10.0, 10.0),
        erase: true,
    });
    s.send(Command::StrokeEnd);
    assert!(s.rows[0].journal.is_empty());
    assert!(!s.state.has_unsaved_work());
}

#[test]
fn escape_takes_the_stroke_back_and_samples_after_the_release_do_nothing() {
    let mut s = Session::start();
    s.send(Command::StrokeBegin {
        point: PointPx::new(10.0, 10.0),
        erase: false,
    });
    s.send(Command::StrokeMove(PointPx::new(30.0, 10.0)));
    s.send(Command::Escape);
    assert_eq!(s.mask(), &Mask::background(SIZE));
    s.stroke(LINE);
    let before = s.mask().clone();
    s.send(Command::StrokeMove(PointPx::new(55.0, 35.0)));
    s.send(Command::StrokeEnd);
    assert_eq!(s.mask(), &before);
}

#[test]
fn going_back_is_a_new_record_and_saves_open_work_first() {
    let mut s = Session::start();
    s.stroke(LINE);
    s.send(Command::Save);
    let v1 = s.rows[0].versions[0].0.id;
    s.stroke(&[(50.0, 5.0), (50.0, 35.0)]);
    s.send(Command::Rollback(v1));
    let versions: Vec<_> = s.rows[0]
        .versions
        .iter()
        .map(|(v, m)| (v.number, m.clone()))
        .collect();
    assert_eq!(
        versions.iter().map(|(n, _)| *n).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    assert_eq!(versions[0].1, versions[2].1);
    assert_eq!(s.mask(), &*versions[2].1);
    assert!(
        s.last_notice().starts_with("Restored as v3, diff: +0px -"),
        "{}",
        s.last_notice()
    );
    assert_eq!(save_state(&s), Some(SaveState::Queued));
}

#[test]
fn a_failed_save_stops_what_waited_for_it() {
    let mut s = Session::start();
    s.stroke(LINE);
    s.send(Command::Save);
    let v1 = s.rows[0].versions[0].0.id;
    s.stroke(&[(50.0, 5.0), (50.0, 35.0)]);
    let work = s.mask().clone();
    s.outside.clear();
    for wish in [Command::Rollback(v1), Command::Segment(SegmentScope::Bscan)] {
        s.disk_full = Some("The disk is full; free some space and save again.".into());
        s.send(wish.clone());
        s.disk_full = None;
        assert_eq!(s.mask(), &work, "{wish:?}");
        assert_eq!(s.rows[0].versions.len(), 1, "{wish:?}");
        assert!(s.outside.is_empty(), "{wish:?}");
    }
    s.send(Command::Save);
    assert_eq!(
        s.rows[0].versions.len(),
        2,
        "a later save grants nothing old"
    );
    assert_eq!(s.mask(), &work);
}

#[test]
fn leaving_a_tile_drops_what_waited_for_its_save() {
    let mut s = Session::start();
    s.stroke(LINE);
    s.outside.clear();
    s.hold = true;
    s.send(Command::Segment(SegmentScope::Bscan));
    s.send(Command::SelectBscan(1));
    s.deliver();
    assert_eq!(s.rows[0].versions.len(), 1, "the save itself is kept");
    assert!(
        s.outside
            .iter()
            .all(|e| !matches!(e, Effect::Segment { .. }))
    );
}

#[test]
fn closing_asks_when_there_is_unsaved_work() {
    let mut s = Session::start();
    s.send(Command::RequestClose);
    assert_eq!(s.outside.pop(), Some(Effect::Quit));
    s.stroke(LINE);
    s.outside.clear();
    s.send(Command::RequestClose);
    assert_eq!(s.state.dialog, Some(Dialog::UnsavedWork));
    s.send(Command::AnswerClose(CloseChoice::Stay));
    assert!(s.outside.is_empty());
    s.disk_full = Some("The disk is full; free some space and save again.".into());
    s.send(Command::AnswerClose(CloseChoice::Save));
    assert!(
        s.outside.is_empty(),
        "a failed save does not close the window"
    );
    assert_eq!(
        s.last_notice(),
        "The disk is full; free some space and save again."
    );
    s.disk_full = None;
    s.send(Command::AnswerClose(CloseChoice::Save));
    assert_eq!(s.outside, [Effect::Quit]);
}

#[test]
fn a_full_disk_is_said_and_the_work_stays_in_hand() {
    let mut s = Session::start();
    s.disk_full = Some("The disk is full; free some space.".into());
    s.stroke(LINE);
    assert_eq!(save_state(&s), Some(SaveState::InHand));
    assert_eq!(s.last_notice(), "The disk is full; free some space.");
}

#[test]
fn while_a_tile_is_read_nothing_is_painted_and_late_answers_are_ignored() {
    let mut s = Session::start();
    s.hold = true;
    s.send(Command::SelectBscan(1));
    s.send(Command::SelectBscan(0));
    s.stroke(LINE);
    assert_eq!(s.mask(), &Mask::background(SIZE));
    s.deliver();
    assert_eq!(s.state.tile.as_ref().map(|t| t.id), Some(tile(0)));
    assert_eq!(s.state.case.as_ref().map(|c| c.current), Some(0));
}

#[test]
fn changing_the_tile_finishes_the_stroke_in_hand() {
    let mut s = Session::start();
    s.send(Command::StrokeBegin {
        point: PointPx::new(10.0, 10.0),
        erase: false,
    });
    s.send(Command::StepBscan(1));
    assert_eq!(s.rows[0].journal.len(), 1);
    assert_eq!(s.mask(), &Mask::background(SIZE));
    s.send(Command::StepBscan(-1));
    assert!(s.mask().classes().contains(&5));
}

#[test]
fn segmenting_saves_open_work_first() {
    let mut s = Session::start();
    s.stroke(LINE);
    s.outside.clear();
    s.send(Command::Segment(SegmentScope::Case));
    assert_eq!(s.rows[0].versions.len(), 1);
    assert_eq!(
        s.outside.last(),
        Some(&Effect::Segment {
            tiles: vec![tile(0), tile(1)],
            scope: SegmentScope::Case
        })
    );
    s.send(Command::Segment(SegmentScope::Bscan));
    assert_eq!(s.outside.len(), 1, "one at a time");
}

#[test]
fn the_queue_is_loaded_again_when_the_server_comes_back() {
    let mut s = Session::start();
    let online = SyncReport {
        connection: fovea_editor::Connection::Online,
        ..Default::default()
    };
    s.state.queue.loading = false;
    s.report(Event::SyncChanged(online.clone()));
    assert!(s.state.queue.loading);
    s.state.queue.loading = false;
    s.report(Event::SyncChanged(online));
    assert!(!s.state.queue.loading);
}

fn any_command() -> impl Strategy<Value = Command> {
    let point = || (-10.0_f32..70.0, -10.0_f32..50.0).prop_map(|(x, y)| PointPx::new(x, y));
    prop_oneof![
        6 => (point(), any::<bool>()).prop_map(|(point, erase)| Command::StrokeBegin { point, erase }),
        8 => point().prop_map(Command::StrokeMove),
        6 => Just(Command::StrokeEnd),
        2 => Just(Command::StrokeCancel),
        3 => Just(Command::Undo),
        2 => Just(Command::Redo),
        2 => Just(Command::Save),
        1 => (0_u32..3).prop_map(Command::SelectBscan),
        1 => (0_u8..14).prop_map(Command::SetClass),
        1 => (0_u8..12).prop_map(Command::ToggleClassLock),
        1 => (-3_i32..3).prop_map(Command::StepBrushRadius),
        1 => Just(Command::Escape),
    ]
}

proptest! {
    /// Whatever a person does, the rows on disk rebuild what the screen shows.
    #[test]
    fn the_rows_on_disk_are_the_mask_on_screen(commands in proptest::collection::vec(any_command(), 0..60)) {
        let mut s = Session::start();
        commands.into_iter().for_each(|c| s.send(c));
        s.send(Command::StrokeEnd);
        for (index, rows) in s.rows.iter().enumerate() {
            let entries = rows.journal.iter().map(|(_, entry)| entry.clone());
            let (mask, _) = History::replay(Mask::background(SIZE), entries).expect("replays");
            if s.state.tile.as_ref().is_some_and(|t| t.id == tile(index as u32)) {
                prop_assert_eq!(&mask, s.mask());
            }
            let seqs: Vec<u64> = rows.journal.iter().map(|(seq, _)| *seq).collect();
            prop_assert!(seqs.iter().copied().eq(0..seqs.len() as u64), "no entry is missing or doubled");
        }
    }
}
