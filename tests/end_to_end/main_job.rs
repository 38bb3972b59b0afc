//! The main job from end to end: import, segment, correct, save, survive a kill, undo, sync, roll back.

use std::path::PathBuf;
use std::time::Duration;

use fovea_annotation::TileId;
use fovea_protocol::{LabelKind, LabelRecord};

use crate::driver::stroke::{self, zigzag};
use crate::driver::{Server, Session, wait};
use crate::words;

/// The class that the strokes paint: subretinal fluid, which the model finds nowhere near the strokes.
const CLASS: u8 = 2;
const STEPS: usize = 60;
const STEPS_REACHED_MIN: usize = 55;
/// Longer than the five minutes that the sync engine may wait for a server that was away.
const PATIENCE: Duration = Duration::from_secs(330);

#[test]
fn work_survives_a_kill_and_reaches_the_server() {
    let (mut session, mut server) = Session::begin("main_job");
    server.start();
    session.with_sample();
    let mut job = Job::open(&mut session);
    job.segment();
    is_queued_for_review(&server);
    job.is_in_queue_panel();
    let first = job.correct_and_save();
    job.is_on_server(&server, 2);
    check_first_stroke(&server, &job.tile(&server), &first);
    job.survive_a_kill(&server, &first);
    job.roll_back(&server);
    assert_audited(&server);
    session.application().terminate();
}

#[test]
fn the_same_with_the_server_stopped_first() {
    let (mut session, mut server) = Session::begin("server_away");
    let mut job = Job::open(&mut session);
    job.segment();
    job.is_in_queue_panel();
    let first = job.correct_and_save();
    job.session.see(words::QUEUED);
    job.session.screenshot("20-queued-while-the-server-is-away");
    job.kill_and_return(words::QUEUED);
    job.session.key("ctrl+z");
    job.session.see(words::ON_DISK);
    job.session.key("ctrl+s");
    job.session.see("Saved v3");
    server.start();
    job.is_on_server(&server, 3);
    let tile = job.tile(&server);
    let versions = server.versions(&tile).versions;
    assert_eq!(
        versions[2].version.payload, versions[0].version.payload,
        "undo after the kill took the stroke back"
    );
    check_first_stroke(&server, &tile, &first);
    assert_audited(&server);
    session.application().terminate();
}

/// The job as far as it has come.
pub(crate) struct Job<'a> {
    pub(crate) session: &'a mut Session,
    canvas: (i32, i32),
}

impl<'a> Job<'a> {
    /// Starts the program and imports a scan through the desktop's file dialog.
    pub(crate) fn open(session: &'a mut Session) -> Self {
        let scan = scan_file(session);
        session.start(words::SEGMENT);
        session.screenshot("01-start");
        session.key("ctrl+o");
        session.choose_file(words::FILE_DIALOG, &scan);
        session.press(words::EYE_NOT_KNOWN);
        session.press(words::NO_PERSON);
        session.fill(words::DEVICE_ID, "oct-2");
        session.screenshot("02-import-dialog");
        session.press(words::IMPORT);
        session.press(words::CLOSE_REPORT);
        session.see_chosen(words::CASE_ROW);
        let canvas = session.see_named(words::CANVAS).centre();
        session.screenshot("02-imported");
        Self { session, canvas }
    }

    pub(crate) fn segment(&mut self) {
        self.session.press(words::SEGMENT);
        self.session.see("v1, Model");
        self.session.screenshot("03-segmented");
        self.session.press(words::SHOW_UNCERTAINTY);
        self.session.see_named(words::HIDE_UNCERTAINTY);
        self.session.screenshot("04-uncertainty");
        self.session.press(words::HIDE_UNCERTAINTY);
        self.session.see_named(words::SHOW_UNCERTAINTY);
    }

    /// The panel lists the tile, from the server or, where that is away, from the local store.
    fn is_in_queue_panel(&mut self) {
        self.session.press_beginning(words::QUEUE_TAB);
        self.session.slide_to_least(words::THRESHOLD);
        self.session.key("F5");
        self.session.see(words::FIRST_IN_QUEUE);
        self.session.screenshot("05-queue");
        self.session.press_beginning(words::CASES_TAB);
    }

    /// One stroke of sixty steps, then save. Gives the points of the stroke.
    pub(crate) fn correct_and_save(&mut self) -> Vec<(i32, i32)> {
        let points = zigzag(self.canvas, STEPS);
        self.draw("b", &points);
        self.session.screenshot("06-stroke");
        self.session.key("ctrl+s");
        self.session.see("Saved v2, diff: ");
        self.session.screenshot("07-saved");
        points
    }

    /// Draws with the tool of this key, at one screen px per image px, and waits until the stroke is on disk.
    pub(crate) fn draw(&mut self, tool: &str, points: &[(i32, i32)]) {
        self.session.key("ctrl+1");
        self.session.key(tool);
        self.session.key(&CLASS.to_string());
        self.session.stroke(points);
        self.session.see(words::ON_DISK);
    }

    /// Waits until the server has the newest version of the open tile, and the window says so.
    pub(crate) fn is_on_server(&mut self, server: &Server, version: u32) {
        wait::until(&format!("v{version} on the server"), PATIENCE, || {
            let tile = tile_of_scan(server)?;
            (server.versions(&tile).versions.last()?.version.number == version).then_some(())
        });
        self.session.see(words::ON_SERVER);
        self.session.screenshot(&format!("08-v{version}-on-server"));
    }

    pub(crate) fn tile(&self, server: &Server) -> TileId {
        tile_of_scan(server).expect("the case is on the server")
    }

    /// A second stroke, a kill, and everything is back: the stroke, and the way to undo it.
    fn survive_a_kill(&mut self, server: &Server, first: &[(i32, i32)]) {
        let lower: Vec<_> = first.iter().map(|(x, y)| (*x, y + 8)).collect();
        self.draw("e", &lower);
        self.kill_and_return(words::ON_DISK);
        self.session.screenshot("09-back-after-kill");
        self.session.key("ctrl+s");
        self.session.see("Saved v3");
        self.is_on_server(server, 3);
        self.session.key("ctrl+z");
        self.session.see(words::ON_DISK);
        self.session.key("ctrl+s");
        self.session.see("Saved v4");
        self.is_on_server(server, 4);

        let versions = server.versions(&self.tile(server)).versions;
        let [_, v2, v3, v4] = &versions[..] else {
            panic!("four versions, not {}", versions.len())
        };
        assert_ne!(
            v3.version.payload, v2.version.payload,
            "the second stroke survived the kill"
        );
        assert_eq!(
            v4.version.payload, v2.version.payload,
            "undo after the restart took exactly that stroke back"
        );
        assert_diff_is_true(server, v2, v3);
        assert_diff_is_true(server, v3, v4);
    }

    /// `kill -9`, a new start, the same case again; the work on it must be as safe as it was.
    fn kill_and_return(&mut self, save_state: &str) {
        self.session.kill();
        self.session.start(words::SEGMENT);
        self.session.press_ending(words::CASE_ROW);
        self.canvas = self.session.see_named(words::CANVAS).centre();
        self.session.see(save_state);
    }

    fn roll_back(&mut self, server: &Server) {
        self.session.press(words::ROLL_BACK);
        self.session.see("Roll back to v1?");
        self.session.screenshot("10-roll-back");
        self.session.press(words::ROLL_BACK);
        self.session.see("v5, Rollback");
        self.is_on_server(server, 5);
        let versions = server.versions(&self.tile(server)).versions;
        assert_eq!(
            versions.len(),
            5,
            "going back is a new record; nothing was taken away"
        );
        assert_eq!(versions[4].version.kind, LabelKind::Rollback);
        assert_eq!(versions[4].version.payload, versions[0].version.payload);
    }
}

/// A B-scan of a phantom eye as a PNG file.
fn scan_file(session: &Session) -> PathBuf {
    let phantom = fovea_phantom::generate(7, &fovea_phantom::PhantomParams::normal());
    let bscan = &phantom.volume.bscans[phantom.volume.bscans.len() / 2];
    let path = session.dir().join("scan.png");
    let png =
        fovea_imaging::encode_png_gray8(bscan.size, &bscan.pixels).expect("the phantom fits a PNG");
    std::fs::write(&path, png).expect("the folder is writable");
    path
}

/// The tile of the imported scan: the case with one B-scan, where the sample has many.
fn tile_of_scan(server: &Server) -> Option<TileId> {
    let case = server
        .cases()
        .into_iter()
        .find(|case| case.tile_count == 1)?;
    server
        .case(&case.case_id)
        .tiles
        .first()
        .map(|tile| tile.tile_id)
}

/// Until somebody corrects it, the server's queue holds the tile, and says why.
fn is_queued_for_review(server: &Server) {
    let item = wait::until("the tile in the server's queue", PATIENCE, || {
        let tile = tile_of_scan(server)?;
        let queue = server.queue(0.0);
        queue.tiles.into_iter().find(|item| item.tile_id == tile)
    });
    println!("score {} because {}", item.score, item.reason);
    assert!(item.score > 0.0 && !item.reason.is_empty(), "{item:?}");
}

/// v2 holds the stroke: at least 55 of its 60 steps, and its last one.
fn check_first_stroke(server: &Server, tile: &TileId, points: &[(i32, i32)]) {
    let versions = server.versions(tile).versions;
    assert_eq!(versions[0].version.kind, LabelKind::Model);
    assert_eq!(versions[1].version.kind, LabelKind::Edit);
    let mask = server.mask(&versions[1].version.payload);
    let fit = stroke::fit(&mask, CLASS, points);
    assert!(
        fit.reached >= STEPS_REACHED_MIN,
        "{} of {STEPS} steps reached the mask",
        fit.reached
    );
    let last = points.last().copied().into_iter().collect::<Vec<_>>();
    assert_eq!(
        stroke::reached_at(&mask, CLASS, &last, fit.origin),
        1,
        "the step before the release reached the mask"
    );
    println!("{} of {STEPS} pointer steps reached the mask", fit.reached);
    assert_diff_is_true(server, &versions[0], &versions[1]);
}

/// The recorded counts are those of the two masks, counted px by px.
fn assert_diff_is_true(server: &Server, old: &LabelRecord, new: &LabelRecord) {
    let (before, after) = (
        server.mask(&old.version.payload),
        server.mask(&new.version.payload),
    );
    let pairs = || {
        before
            .classes()
            .iter()
            .zip(after.classes())
            .filter(|(b, a)| a != b)
    };
    let count =
        |wanted: fn(u8, u8) -> bool| pairs().filter(|(b, a)| wanted(**b, **a)).count() as u64;
    assert_eq!(new.diff.added_px, count(|b, _| b == 0));
    assert_eq!(new.diff.removed_px, count(|_, a| a == 0));
    assert_eq!(new.diff.relabelled_px, count(|b, a| b != 0 && a != 0));
    assert!(
        new.diff.added_px + new.diff.removed_px + new.diff.relabelled_px > 0,
        "the versions differ"
    );
}

/// The audit log has one row for each label version, and names who pushed it.
fn assert_audited(server: &Server) {
    let versions = server
        .versions(&tile_of_scan(server).expect("the case is on the server"))
        .versions;
    let log = server.audit();
    let rows: Vec<_> = log
        .entries
        .iter()
        .filter(|entry| entry.action.starts_with("LABEL_") || entry.action == "ROLLBACK")
        .collect();
    assert_eq!(rows.len(), versions.len(), "{:?}", log.entries);
    assert!(rows.iter().all(|row| row.actor == "labeler"), "{rows:?}");
}
